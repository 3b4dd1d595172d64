/** The kinds of kernel that can be started in this page, as `api/kernelspecs` lists them. */

import type { KernelKind } from "../../kernels/port";
import { Problem, type Route } from "./routes";

export function specRoutes(kinds: readonly KernelKind[]): readonly Route[] {
  const specs = Object.fromEntries(kinds.map(({ spec }) => [spec.name, spec]));
  return [
    ["GET", /^api\/kernelspecs$/, () => Response.json({ default: kinds[0]?.spec.name ?? "", kernelspecs: specs })],
    ["GET", /^api\/kernelspecs\/([^/]+)$/, (name) => Response.json(specs[name] ?? missing(name))],
  ];
}

function missing(name: string): never {
  throw new Problem(404, `Kernel spec ${name} not found`);
}
