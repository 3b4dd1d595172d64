/** Helpers that create DOM elements: for the panels, and for static pages without JupyterLab. */

export function element(name: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** A button in JupyterLab's style. */
export function button(label: string, press: () => void): HTMLButtonElement {
  const node = document.createElement("button");
  node.className = "jp-mod-styled jp-mod-minimal";
  node.textContent = label;
  node.onclick = press;
  return node;
}

/** A button of a static page, without JupyterLab's style. */
export function plainButton(label: string, title: string, press: () => void): HTMLButtonElement {
  return Object.assign(document.createElement("button"), { type: "button", textContent: label, title, onclick: press });
}

export const paragraph = (text: string): HTMLElement => element("p", "", text);

/** Offers content to the reader as a download. */
export function download(name: string, content: BlobPart): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content]));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
