/**
 * Typesets the maths of notebooks with MathJax: node mathjax.mjs
 *
 * One line of JSON comes in for each notebook: its texts, in document order, as MathJax would find them in a page. One
 * line goes out: each formula as SVG, with the text it stands in and where (counted in code points, as Python counts),
 * and the outlines of all glyphs, which the formulas refer to. The process ends when its input does.
 *
 * The configuration is that of JupyterLab, so that a formula looks the same in both:
 * https://github.com/jupyterlab/jupyterlab/blob/main/packages/mathjax-extension/src/index.ts
 * A notebook has an input processor of its own: macros, labels and numbers hold from cell to cell, and end with it.
 */
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline";
import { LiteElement } from "mathjax-full/js/adaptors/lite/Element.js";
import type { LiteDocument } from "mathjax-full/js/adaptors/lite/Document.js";
import type { LiteText } from "mathjax-full/js/adaptors/lite/Text.js";
import { liteAdaptor } from "mathjax-full/js/adaptors/liteAdaptor.js";
import { SerializedMmlVisitor } from "mathjax-full/js/core/MmlTree/SerializedMmlVisitor.js";
import { HTMLHandler } from "mathjax-full/js/handlers/html/HTMLHandler.js";
import { HTMLMathItem } from "mathjax-full/js/handlers/html/HTMLMathItem.js";
import { AllPackages } from "mathjax-full/js/input/tex/AllPackages.js";
import { TeX } from "mathjax-full/js/input/tex.js";
import { mathjax } from "mathjax-full/js/mathjax.js";
import { SVG } from "mathjax-full/js/output/svg.js";
import { SafeHandler } from "mathjax-full/js/ui/safe/SafeHandler.js";
import "./require";

type Item = HTMLMathItem<LiteElement, LiteText, LiteDocument>;
type Formula = readonly [text: number, start: number, end: number, html: string];
interface Typeset {
  readonly formulas: readonly Formula[];
  readonly glyphs: string;
}

/** Nothing is measured here: formulas are in units of the font around them, and lines as long as they need to be. */
const METRICS = [16, 8, 16 * 80, Number.MAX_SAFE_INTEGER, 1] as const;

/** The names that MathJax gives to equations, `mjx-eqn:LABEL`: links lead there. */
const SAFE = { idPattern: /^mjx-\S+$/ };

/** Letters of other fonts than MathJax's are taken to be half as wide as high. */
const adaptor = liteAdaptor({ unknownCharWidth: 0.5 });
mathjax.handlers.register(SafeHandler(new HTMLHandler(adaptor)));
// Formulas that act when they are clicked stand still.
Object.assign(LiteElement.prototype, { addEventListener: () => undefined });

function typeset(texts: string[]): Typeset {
  const tex = new TeX<LiteElement, LiteText, LiteDocument>({
    packages: [...AllPackages, "require"],
    inlineMath: [["$", "$"], ["\\(", "\\)"]],
    displayMath: [["$$", "$$"], ["\\[", "\\]"]],
    processEscapes: true,
    processEnvironments: true,
  });
  const svg = new SVG<LiteElement, LiteText, LiteDocument>({ fontCache: "global" });
  const page = mathjax.document("", { InputJax: tex, OutputJax: svg, safeOptions: SAFE });
  const items = tex.findMath(texts).map(({ n: i = 0, math, display, start, end, open = "", close = "" }) => {
    const item: Item = new HTMLMathItem(math, tex, display, { ...start, i, delim: open }, { ...end, i, delim: close });
    item.setMetrics(...METRICS);
    return item;
  });
  for (const item of items) if (!item.isEscaped) page.math.push(item);
  page.compile().typeset();
  return { formulas: [...formulas(items, texts)], glyphs: adaptor.innerHTML(svg.fontCache.getCache()) };
}

function* formulas(items: readonly Item[], texts: readonly string[]): Generator<Formula> {
  let [text, unit, point] = [-1, 0, 0]; // MathJax counts units of UTF-16
  const pointAt = (to: number): number => {
    point += Array.from((texts[text] ?? "").slice(unit, to)).length;
    unit = to;
    return point;
  };
  for (const item of items) {
    const { i = 0, n: start = 0 } = item.start;
    if (i !== text) [text, unit, point] = [i, 0, 0];
    yield [text, pointAt(start), pointAt(item.end.n ?? 0), item.isEscaped ? item.math : html(item)];
  }
}

const visitor = new SerializedMmlVisitor();

/** The drawing for the eyes, MathML for screen readers, and TeX for the clipboard. */
function html(item: Item): string {
  const drawing = adaptor.firstChild(item.typesetRoot) as LiteElement;
  adaptor.setAttribute(drawing, "aria-hidden", "true");
  const mathml = visitor.visitTree(item.root).replace(/\n */g, "");
  const tex = escaped(`${item.start.delim ?? ""}${item.math}${item.end.delim ?? ""}`);
  return adaptor
    .outerHTML(item.typesetRoot)
    .replaceAll("xlink:href", "href")
    .replace("<svg ", () => `<mjx-assistive-mml>${mathml}</mjx-assistive-mml><svg `)
    .replace(/<\/mjx-container>$/, () => `<mjx-tex aria-hidden="true">${tex}</mjx-tex></mjx-container>`);
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

for await (const line of createInterface({ input: stdin })) {
  stdout.write(`${JSON.stringify(typeset(JSON.parse(line) as string[]))}\n`);
}
