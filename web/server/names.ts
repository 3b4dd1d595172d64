/** Under which names the page keeps things in the browser's storage. */

/** How the names begin that are of pages below that address alone, which is written in full. */
export const prefixOf = (baseUrl: string): string => `wasmnb:${baseUrl}:`;

/** What the user has set in one plugin. */
export const nameOf = (plugin: string): string => `settings/${plugin}`;
