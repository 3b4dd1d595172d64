/** Fixed answers: the kernelspecs, the reader's identity, and stub endpoints with empty results for features that the page has not. */
import type { KernelProvider } from "../../kernels/port";
import { noContent, Problem, type Route } from "./routes";

/** The kinds of kernel that this page can start, as `api/kernelspecs` lists them. */
export function specRoutes(providers: readonly KernelProvider[]): readonly Route[] {
  const specs = Object.fromEntries(providers.map(({ spec }) => [spec.name, spec]));
  return [
    ["GET", /^api\/kernelspecs$/, () => Response.json({ default: providers[0]?.spec.name ?? "", kernelspecs: specs })],
    ["GET", /^api\/kernelspecs\/([^/]+)$/, (name) => Response.json(specs[name] ?? missing(name))],
  ];
}

function missing(name: string): never {
  throw new Problem(404, `Kernel spec ${name} not found`);
}

const READER = { username: "reader", name: "Reader", display_name: "Reader", initials: "R", avatar_url: null, color: null };

/** The identity of every reader of a site, as nobody logs in there. */
export const identityRoutes: readonly Route[] = [["GET", /^api\/me$/, () => Response.json({ identity: READER, permissions: {} })]];

const STUBS: readonly (readonly [path: RegExp, answer: object])[] = [
  [/^api\/terminals$/, []],
  [/^api\/nbconvert$/, {}],
  [/^api\/resolvePath$/, { resolved: [], unresolved: [] }],
  [/^lab\/api\/translations\/?$/, { data: { en: { displayName: "English", nativeName: "English" } }, message: "" }],
  [/^lab\/api\/translations\/.+$/, { data: {}, message: "" }],
  [/^lab\/api\/listings\//, { blocked_extensions_uris: [], allowed_extensions_uris: [], blocked_extensions: [], allowed_extensions: [] }],
  [/^lab\/api\/extensions$/, []],
  [/^lab\/api\/news$/, { news: [] }],
  [/^lab\/api\/update$/, { notification: null }],
];

/** Stub endpoints: front ends ask every server for these. */
export const stubRoutes: readonly Route[] = [
  ...STUBS.map(([path, answer]): Route => ["GET", path, () => Response.json(answer)]),
  ["POST", /^api\/events$/, () => noContent()],
];
