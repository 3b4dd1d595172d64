/** Mathematics in Markdown: JupyterLab's MathJax, which is fetched when the first formula is to be shown. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import mathjax from "@jupyterlab/mathjax-extension";
import type { ILatexTypesetter } from "@jupyterlab/rendermime";
import type { ITranslator } from "@jupyterlab/translation";

/** How every piece of mathematics begins that MathJax, as JupyterLab configures it, looks for. */
const MATHS = /\$|\\\(|\\\[|\\begin\{/;

/** Renderers have everything typeset that they show, and the first call fetches most of a megabyte. */
const onlyMaths = (typesetter: ILatexTypesetter): ILatexTypesetter => ({
  typeset: (node) => (MATHS.test(node.textContent) ? typesetter.typeset(node) : undefined),
});

export const lazyMathJax: JupyterFrontEndPlugin<ILatexTypesetter> = {
  ...mathjax,
  activate: async (app: JupyterFrontEnd, translator: ITranslator | null) =>
    onlyMaths(await mathjax.activate(app, translator)),
};
