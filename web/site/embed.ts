/** The embedded view of a notebook's page, for frames in other sites: only cells and run buttons (`?view=embed`). */

export const isEmbedded = (): boolean => new URLSearchParams(window.location.search).get("view") === "embed";

export function embed(): void {
  document.body.classList.add("wasmnb-embed");
  // Other pages should not open inside the frame.
  for (const link of document.links) if (!link.getAttribute("href")?.startsWith("#")) link.target = "_blank";
}
