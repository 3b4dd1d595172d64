/** Where the workers for kernels come from: what the first one has compiled and fetched, the later ones are given. */
import { Launch } from "./launch";
import { earlyIn } from "./obstacle";
import type { Options } from "./protocol";

export class Stock {
  #first: Launch | null = null;

  constructor(private readonly manifest: unknown) {}

  /** A worker for a kernel with this environment. */
  take(env: Options["env"]): Launch {
    // The rest it gets when it enters its folder; that it reads when it starts.
    const launch = new Launch(this.manifest, this.#first?.fetched, earlyIn(env) ? env : {});
    if (!this.#first || this.#first.failed) this.#first = launch;
    return launch;
  }
}
