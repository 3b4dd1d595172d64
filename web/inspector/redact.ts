/** Redaction of credentials in headers, URLs and bodies; interceptor.ts redacts passwords that a cell asks for. */

export const REDACTED = "(hidden)";

const HEADERS = new Set(["authorization", "cookie", "set-cookie", "x-xsrftoken", "x-wasmnb-key", "proxy-authorization"]);
const PARAMETERS = ["token", "key", "_xsrf"];

/** JSON fields with such names, at any depth. */
const FIELDS = /("(?:token|key|_xsrf|password|secret)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

export function redactHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, HEADERS.has(name) ? REDACTED : value]));
}

/** The path and query of a URL. */
export function redactUrl(url: string): string {
  const { pathname, searchParams, origin } = new URL(url);
  for (const name of PARAMETERS) if (searchParams.has(name)) searchParams.set(name, REDACTED);
  const query = searchParams.size > 0 ? `?${searchParams.toString()}` : "";
  return `${origin === window.location.origin ? "" : origin}${pathname}${query}`;
}

export function redactBody(text: string): string {
  return text.replace(FIELDS, `$1"${REDACTED}"`);
}
