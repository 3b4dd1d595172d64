/** Lazy-loads JupyterLab's MathJax with the first formula. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import mathjax from "@jupyterlab/mathjax-extension";
import type { ILatexTypesetter } from "@jupyterlab/rendermime";
import type { ITranslator } from "@jupyterlab/translation";

/** Start delimiters of maths, and references to it, in JupyterLab's configuration of MathJax. */
const MATHS = /\$|\\[([]|\\(?:begin|(?:eq)?ref)\s*\{/;

/** Renderers typeset everything they show, and the first call fetches most of a megabyte. */
const onlyMaths = (typesetter: ILatexTypesetter): ILatexTypesetter => ({
  typeset: (node) => (MATHS.test(node.textContent) ? typesetter.typeset(node) : undefined),
});

export const lazyMathJax: JupyterFrontEndPlugin<ILatexTypesetter> = {
  ...mathjax,
  activate: async (app: JupyterFrontEnd, translator: ITranslator | null) =>
    onlyMaths(await mathjax.activate(app, translator)),
};
