/** Paths inside a folder: names with "/" between them, "" for the folder itself. */

export const join = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name);
export const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
export const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);
