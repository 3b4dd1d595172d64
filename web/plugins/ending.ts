/** Why a kernel has ended, or that it does not stop, as a sentence, with a button that starts it afresh. */
import { Widget } from "@lumino/widgets";
import type { News } from "../server";

/** What can be done about it. */
export interface Cures {
  readonly tryAgain: () => void;
  readonly restart: () => void;
}

interface Trouble {
  readonly sentence: string;
  readonly label: string;
  readonly cure: keyof Cures;
}

const STUCK: Trouble = {
  sentence:
    "The running code has not stopped yet. Code that is busy outside of Python, or with all that it does in a page without cross-origin " +
    "isolation, cannot be interrupted. A restart stops it: the document stays as it is, and Python forgets its variables.",
  label: "Restart the kernel",
  cure: "restart",
};

export class Ending extends Widget {
  readonly #sentence = document.createElement("span");
  readonly #button = document.createElement("button");

  constructor(private readonly cures: Cures) {
    super();
    this.addClass("wasmnb-Ending");
    this.node.setAttribute("role", "alert");
    this.#button.className = "jp-mod-styled jp-mod-warn";
    this.node.append(this.#sentence, this.#button);
    this.hide();
  }

  tell(news: News): void {
    const trouble = troubleIn(news);
    this.setHidden(!trouble);
    if (!trouble) return;
    this.#sentence.textContent = trouble.sentence;
    this.#button.textContent = trouble.label;
    this.#button.onclick = this.cures[trouble.cure];
  }
}

function troubleIn(news: News): Trouble | null {
  if (news.type === "stuck") return STUCK;
  return news.type === "died" ? { sentence: news.reason, label: "Try again", cure: "tryAgain" } : null;
}
