/** Renders untrusted SVG too: JupyterLab shows SVG in an <img>, in which no script runs. */
import { RenderedSVG } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";

class Picture extends RenderedSVG {
  override render(model: IRenderMime.IMimeModel): Promise<void> {
    return super.render(Object.create(model, { trusted: { value: true } }) as IRenderMime.IMimeModel);
  }
}

export const svgRenderer: IRenderMime.IExtension = {
  id: "wasmnb:svg",
  rendererFactory: { safe: true, mimeTypes: ["image/svg+xml"], createRenderer: (options) => new Picture(options) },
  rank: 80,
  dataType: "string",
};
