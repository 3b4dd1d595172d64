/** How much room a site takes up in the browser, and how much there is. */
import { size } from "../../utils/format";

export async function room(): Promise<string> {
  // Only secure pages have it, whatever TypeScript's library says.
  const storage = navigator.storage as StorageManager | undefined;
  const { usage, quota } = (await storage?.estimate()) ?? {};
  if (usage === undefined || quota === undefined) return "This browser does not tell how much room it has.";
  return `This browser keeps ${size(usage)} for all that comes from ${window.location.host}, and has room for ${size(quota)}.`;
}
