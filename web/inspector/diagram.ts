/** A sequence diagram of a request: the messages between document, page, server and kernel. */
import { duration } from "../utils/format";
import { type Entry, Message } from "./entry";
import { channelOf, titleOf } from "./format";

const PARTICIPANTS = ["document", "page", "server", "kernel"] as const;
type Participant = (typeof PARTICIPANTS)[number];

const WIDTH = 520;
const TOP = 34;
const STEP = 26;
const MAX_ARROWS = 200; // the list has all of them
const NAMESPACE = "http://www.w3.org/2000/svg";

/** Messages that reach the document; the others end in the page. */
const SHOWN_IN_DOCUMENT = new Set(["execute_request", "execute_reply", "stream", "display_data", "update_display_data", "execute_result", "error", "input_request", "input_reply", "clear_output"]);

const xOf = (participant: Participant): number => 100 + PARTICIPANTS.indexOf(participant) * 130;

export function diagram(entries: readonly Entry[], select: (entry: Entry) => void): SVGSVGElement {
  const drawn = entries.slice(0, MAX_ARROWS);
  const height = TOP + (drawn.length + 1) * STEP;
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "wasmnb-Inspector-diagram", role: "img" });
  svg.setAttribute("aria-label", `Sequence of ${entries.length} messages and requests`);
  const hasServer = drawn.some(({ place }) => place === "server");
  for (const participant of PARTICIPANTS) svg.append(...lifeline(participant, height, participant !== "server" || hasServer));
  const start = drawn[0]?.time ?? 0;
  drawn.forEach((entry, n) => { svg.append(arrow(entry, TOP + (n + 1) * STEP, start, select)); });
  if (entries.length > MAX_ARROWS) svg.append(text(xOf("document"), height - 6, `and ${entries.length - MAX_ARROWS} more`, "more"));
  return svg;
}

function lifeline(participant: Participant, height: number, isUsed: boolean): SVGElement[] {
  const x = xOf(participant);
  const line = element("line", { x1: x, x2: x, y1: TOP - 8, y2: height, class: "lifeline" });
  const name = text(x, 18, participant, "name");
  for (const part of [line, name]) part.dataset.used = String(isUsed);
  return [line, name];
}

function arrow(entry: Entry, y: number, start: number, select: (entry: Entry) => void): SVGElement {
  const stops = pathOf(entry).map(xOf);
  const [from = 0, to = 0] = [stops[0], stops.at(-1)];
  const point = to > from ? -1 : 1;
  const group = element("g", { class: "message", tabindex: 0, role: "button" });
  group.dataset.channel = channelOf(entry);
  group.onclick = () => { select(entry); };
  group.onkeydown = ({ key }) => { if (key === "Enter") select(entry); };
  group.append(
    element("rect", { x: 0, y: y - STEP + 8, width: WIDTH, height: STEP, class: "hit" }),
    text(8, y + 4, `+${duration(entry.time - start)}`, "time"),
    element("line", { x1: from, x2: to, y1: y, y2: y, class: "arrow" }),
    element("path", { d: `M ${to} ${y} l ${point * 8} -4 v 8 z`, class: "head" }),
    ...stops.slice(1, -1).map((x) => element("circle", { cx: x, cy: y, r: 3, class: "stop" })),
    text((from + to) / 2, y - 5, label(entry), "label"),
  );
  return group;
}

/** The participants that an entry passes, from sender to receiver. */
function pathOf(entry: Entry): Participant[] {
  if (!(entry instanceof Message)) return entry.place === "server" ? ["page", "server"] : ["document", "page"];
  const within: Participant[] = entry.place === "server" ? ["page", "server", "kernel"] : ["page", "kernel"];
  const whole: Participant[] = SHOWN_IN_DOCUMENT.has(entry.type) ? ["document", ...within] : within;
  return entry.direction === "sent" ? whole : whole.reverse();
}

function label(entry: Entry): string {
  const title = titleOf(entry).replace(/\?.*/, "");
  if (!(entry instanceof Message)) return title.length > 44 ? `${title.slice(0, 43)}…` : title;
  const { content } = entry.opened;
  return "execution_state" in content ? `${title}: ${String(content.execution_state)}` : title;
}

function text(x: number, y: number, words: string, name: string): SVGElement {
  const node = element("text", { x, y, class: name });
  node.textContent = words;
  return node;
}

function element<K extends keyof SVGElementTagNameMap>(name: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
  const node = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}
