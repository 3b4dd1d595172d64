/** Sizes and durations as people read them. */

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes, to three digits. */
export function size(bytes: number): string {
  const power = powerOf(bytes);
  return `${threeDigits(bytes / 1000 ** power)} ${UNITS[power] ?? ""}`;
}

/** A part of a number of bytes, such as "3.2 of 9.6 MB". */
export function sizeOutOf(part: number, whole: number): string {
  const power = powerOf(whole);
  const [done, all] = [part, whole].map((bytes) => (bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1));
  return `${done ?? ""} of ${all ?? ""} ${UNITS[power] ?? ""}`;
}

/** A number of milliseconds, to three digits. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${threeDigits(milliseconds / 1000)} s`;
  return `${milliseconds < 0.01 ? 0 : threeDigits(milliseconds)} ms`;
}

const powerOf = (bytes: number): number => Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);

/** All digits of a number that has more than three before its point. */
const threeDigits = (value: number): number => (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
