/** Small DOM elements of our panels and of plain pages. */

export function element(name: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.className = "jp-mod-styled jp-mod-minimal";
  made.textContent = label;
  made.onclick = act;
  return made;
}

/** A button without JupyterLab's style, for a plain page. */
export function plainButton(label: string, title: string, press: () => void): HTMLButtonElement {
  return Object.assign(document.createElement("button"), { type: "button", textContent: label, title, onclick: press });
}

export const paragraph = (text: string): HTMLElement => element("p", "", text);

/** Hands the reader a file. */
export function download(name: string, content: BlobPart): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content]));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
