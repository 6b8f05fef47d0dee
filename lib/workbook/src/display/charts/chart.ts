import { newDisplay, show, type DisplayHandle, type MimeBundle } from '../output';
import type { ChartSize, ChartText, JsonObject, Row } from './spec';
import { captionCharacters, vegaConfig, wrapText } from './theme';
import { renderSvg } from './vega';

/** JupyterLab draws this type without a network; its bundled Vega-Lite is of major version 5. */
export const VEGA_LITE_MIME = 'application/vnd.vegalite.v5+json';
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

/** Drawn as SVG, not on a canvas: sharp at every size, and its words can be searched and read aloud. */
const AS_SVG = { [VEGA_LITE_MIME]: { embed_options: { renderer: 'svg' } } };

/** Width of a plot in pixels when a chart does not say: with axis and legend, what JupyterLab shows beside its files. */
export const DEFAULT_WIDTH = 600;
export const DEFAULT_HEIGHT = 360;
/** What axis and legend add to a plot's width. */
const MARGIN = 70;

/** How to show a chart. */
export interface ShowOptions {
  /** An output to draw into, again and again: for charts that grow while something runs. */
  readonly into?: DisplayHandle;
  /** Whether to draw the static picture too, for viewers without Vega. @default true */
  readonly picture?: boolean;
}

/**
 * A Vega-Lite chart: a specification made from plain rows, and the ways to show it. `spec` uses only what major
 * versions 5 and 6 share.
 */
export class Chart {
  readonly text: ChartText;
  /** The drawing itself (mark, encoding, data) without title and theme: what layers, facets and rows of charts take. */
  readonly view: JsonObject;
  readonly spec: JsonObject;

  constructor(view: JsonObject, text: ChartText, size: ChartSize = {}) {
    const width = size.width ?? DEFAULT_WIDTH;
    const composite = 'facet' in view || 'concat' in view;
    const area = composite ? {} : { width, height: size.height ?? DEFAULT_HEIGHT };
    this.text = { title: text.title, caption: text.caption };
    this.view = { ...view, ...area };
    this.spec = {
      $schema: SCHEMA,
      description: `${text.title}. ${text.caption}`,
      title: {
        text: text.title,
        subtitle: wrapText(text.caption, captionCharacters(width + MARGIN)),
      },
      ...this.view,
      config: vegaConfig(),
    };
  }

  /** The chart as SVG text, drawn here and now. */
  svg(): Promise<string> {
    return renderSvg(this.spec);
  }

  /** The bundle that a page gets: the specification, a picture for viewers without Vega, and words. */
  async bundle(options: { readonly picture?: boolean } = {}): Promise<MimeBundle> {
    const words = `[chart] ${this.text.title}\n${this.text.caption}`;
    const bundle = { 'text/plain': words, [VEGA_LITE_MIME]: this.spec };
    return options.picture === false ? bundle : { ...bundle, 'image/svg+xml': await this.svg() };
  }

  /** Shows the chart below the cell, or in an output shown before. */
  async show(options: ShowOptions = {}): Promise<void> {
    const bundle = await this.bundle(options);
    if (options.into) options.into.show(bundle, AS_SVG);
    else show(bundle, AS_SVG);
  }
}

/** An output for a chart that is redrawn while something runs: `await chart.show({ into: handle })`. */
export function liveOutput(): DisplayHandle {
  return newDisplay();
}

/** The rows as JSON data: plain values only; what is not finite becomes null, which draws nothing. */
export function dataOf(rows: readonly Row[]): JsonObject {
  return { values: rows.map((row) => Object.fromEntries(Object.entries(row).flatMap(plainEntry))) };
}

function plainEntry([name, value]: [string, unknown]): [string, unknown][] {
  if (typeof value === 'number') return [[name, Number.isFinite(value) ? value : null]];
  if (value instanceof Date) return [[name, value.toISOString()]];
  return value === null || typeof value === 'string' || typeof value === 'boolean' ? [[name, value]] : [];
}
