/** What is written before JupyterLab's notebook is there does not get lost: it is saved when it is wished, and who leaves the page is asked first. */
import { drafts } from "./draft-editor";
import { isLeft } from "./reload-state";

/** `save` has it saved as soon as that can be done. Returns what ends this. */
export function guardDrafts(save: () => void): () => void {
  const isDirty = (): boolean => drafts().some(({ text, published }) => text !== published);
  const key = (event: KeyboardEvent): void => {
    // Who has not written wants the browser to save the page.
    if (event.key !== "s" || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey) || !isDirty()) return;
    event.preventDefault();
    save();
  };
  const leaving = (event: Event): void => { if (isDirty() && !isLeft()) event.preventDefault(); };
  document.addEventListener("keydown", key);
  window.addEventListener("beforeunload", leaving);
  return () => {
    document.removeEventListener("keydown", key);
    window.removeEventListener("beforeunload", leaving);
  };
}
