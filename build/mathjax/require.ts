/**
 * `\require`, which loads nothing: the packages of JupyterLab's MathJax are all there from the start.
 *
 * MathJax's own would fetch a script for each, in JupyterLab to no avail.
 */
import { AllPackages } from "mathjax-full/js/input/tex/AllPackages.js";
import { Configuration } from "mathjax-full/js/input/tex/Configuration.js";
import { CommandMap } from "mathjax-full/js/input/tex/SymbolMap.js";
import TexError from "mathjax-full/js/input/tex/TexError.js";
import type { ParseMethod } from "mathjax-full/js/input/tex/Types.js";

const Require: ParseMethod = (parser, name) => {
  const required = parser.GetArgument(name as string);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- MathJax's errors are no Errors
  if (!AllPackages.includes(required)) throw new TexError("BadRequire", 'Extension "%1" is not allowed to be loaded', required);
};

new CommandMap("require", { require: "Require" }, { Require });
Configuration.create("require", { handler: { macro: ["require"] } });
