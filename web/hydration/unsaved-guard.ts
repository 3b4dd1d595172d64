/** Guards drafts until JupyterLab takes them over: Ctrl+S saves them, and leaving the page asks first. */
import { drafts } from "./draft-editor";
import { isSaved } from "./reload-state";

/** `save` queues a save. Returns a function that removes the guard. */
export function guardDrafts(save: () => void): () => void {
  const isDirty = (): boolean => drafts().some(({ text, published }) => text !== published);
  const onKey = (event: KeyboardEvent): void => {
    // Without a draft, the shortcut is the browser's: it saves the page.
    if (event.key !== "s" || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey) || !isDirty()) return;
    event.preventDefault();
    save();
  };
  const onLeave = (event: Event): void => { if (isDirty() && !isSaved()) event.preventDefault(); };
  document.addEventListener("keydown", onKey);
  window.addEventListener("beforeunload", onLeave);
  return () => {
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("beforeunload", onLeave);
  };
}
