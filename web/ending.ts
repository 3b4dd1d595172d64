/** Why a kernel has ended, as a sentence, with a button that starts another one. */
import { Widget } from "@lumino/widgets";
import type { News } from "./server";

export class Ending extends Widget {
  readonly #reason = document.createElement("span");

  constructor(tryAgain: () => void) {
    super();
    this.addClass("wasmnb-Ending");
    this.node.setAttribute("role", "alert");
    const button = document.createElement("button");
    button.className = "jp-mod-styled jp-mod-warn";
    button.textContent = "Try again";
    button.onclick = tryAgain;
    this.node.append(this.#reason, button);
    this.hide();
  }

  tell(news: News): void {
    if (news.type === "died") this.#reason.textContent = news.reason;
    this.setHidden(news.type !== "died");
  }
}
