/** What must not be seen, taken out where it passes: tokens, cookies, keys, and passwords that a cell asks for. */

export const REDACTED = "(hidden)";

const HEADERS = new Set(["authorization", "cookie", "set-cookie", "x-xsrftoken", "x-wasmnb-key", "proxy-authorization"]);
const PARAMETERS = ["token", "key", "_xsrf"];

/** JSON fields with such names, wherever they are. */
const FIELDS = /("(?:token|key|_xsrf|password|secret)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

export function redactHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, HEADERS.has(name) ? REDACTED : value]));
}

/** Path and query of an address. */
export function redactUrl(url: string): string {
  const { pathname, searchParams, origin } = new URL(url);
  for (const name of PARAMETERS) if (searchParams.has(name)) searchParams.set(name, REDACTED);
  const query = searchParams.size > 0 ? `?${searchParams.toString()}` : "";
  return `${origin === window.location.origin ? "" : origin}${pathname}${query}`;
}

export function redactBody(text: string): string {
  return text.replace(FIELDS, `$1"${REDACTED}"`);
}
