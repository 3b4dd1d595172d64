/** Small pieces of the inspector's interface. */

export function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.className = "jp-mod-styled jp-mod-minimal";
  made.textContent = label;
  made.onclick = act;
  return made;
}

export function paragraph(text: string): HTMLElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
