/** Who reads a site: nobody in particular, as no server knows them. */
import type { Route } from "./routes";

const READER = { username: "reader", name: "Reader", display_name: "Reader", initials: "R", avatar_url: null, color: null };

export const readerRoutes: readonly Route[] = [["GET", /^api\/me$/, () => Response.json({ identity: READER, permissions: {} })]];
