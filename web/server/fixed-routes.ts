/** What front ends ask every server for and this one has none of: each question with its empty answer. */

import { done, type Route } from "./routes";

const EMPTY: readonly (readonly [path: RegExp, answer: object])[] = [
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

export const withoutRoutes: readonly Route[] = [
  ...EMPTY.map(([path, answer]): Route => ["GET", path, () => Response.json(answer)]),
  ["POST", /^api\/events$/, () => done()],
];
