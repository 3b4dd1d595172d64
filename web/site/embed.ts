/** A notebook's page in a frame of another page: the cells alone, with what runs them (`?view=embed`). */

export const isEmbedded = (): boolean => new URLSearchParams(window.location.search).get("view") === "embed";

export function embed(): void {
  document.body.classList.add("wasmnb-embed");
  // What is elsewhere would be shown in the frame.
  for (const link of document.links) if (!link.getAttribute("href")?.startsWith("#")) link.target = "_blank";
}
