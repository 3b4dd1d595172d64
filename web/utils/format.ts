/** Amounts as people say them. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes, to three digits. */
export function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${UNITS[power] ?? ""}`;
}
