/** How much room a site takes up in the browser, and how much there is. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes as people say it. */
export function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${UNITS[power] ?? ""}`;
}

export async function room(): Promise<string> {
  // Only secure pages have it, whatever TypeScript's library says.
  const storage = navigator.storage as StorageManager | undefined;
  const { usage, quota } = (await storage?.estimate()) ?? {};
  if (usage === undefined || quota === undefined) return "This browser does not tell how much room it has.";
  return `This browser keeps ${size(usage)} for all that comes from ${window.location.host}, and has room for ${size(quota)}.`;
}
