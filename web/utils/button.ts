/** A button of a page that is read. */
export function button(label: string, title: string, press: () => void): HTMLButtonElement {
  return Object.assign(document.createElement("button"), { type: "button", textContent: label, title, onclick: press });
}
