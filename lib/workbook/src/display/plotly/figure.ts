import { newDisplay, show, type DisplayHandle, type MimeBundle } from '../output';
import { escapeHtml } from '../html';
import type { ChartText, JsonObject } from '../charts/spec';
import {
  AXIS_TITLE_SIZE,
  captionCharacters,
  FONT,
  INK,
  LABEL_SIZE,
  PALETTE,
  TITLE_SIZE,
  wrapText,
} from '../charts/theme';
import type { Chart } from '../charts';

/** What JupyterLab's renderer (from the Python package `plotly`), VS Code and our HTML report draw. */
export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';

const WIDTH = 800;
const HEIGHT = 480;
/** Of the picture's width, what stands left and right of its title, in pixels. */
const TITLE_MARGIN = 40;

/** The drawing area. */
export interface FigureSize {
  /** @default 800 pixels */
  readonly width?: number;
  /** @default 480 pixels */
  readonly height?: number;
}

/** A Plotly figure, with a still picture of the same data for viewers that do not know Plotly. */
export class Figure {
  readonly spec: { readonly data: readonly JsonObject[]; readonly layout: JsonObject; readonly config: JsonObject };

  constructor(
    data: readonly JsonObject[],
    layout: JsonObject,
    readonly text: ChartText,
    private readonly still: Chart,
    size: FigureSize = {},
  ) {
    this.spec = { data, layout: { ...theme(text, size), ...layout }, config: { displaylogo: false, responsive: true } };
  }

  /** The still picture as SVG text. */
  svg(): Promise<string> {
    return this.still.svg();
  }

  /** Figure, still picture and words in one bundle. */
  async bundle(options: { readonly picture?: boolean } = {}): Promise<MimeBundle> {
    const bundle = { 'text/plain': `[chart] ${this.text.title}\n${this.text.caption}`, [PLOTLY_MIME]: this.spec };
    return options.picture === false ? bundle : { ...bundle, 'image/svg+xml': await this.svg() };
  }

  /** Shows the figure below the cell, or in an output shown before. */
  async show(options: { readonly into?: DisplayHandle; readonly picture?: boolean } = {}): Promise<void> {
    const bundle = await this.bundle(options);
    if (options.into) options.into.show(bundle);
    else show(bundle);
  }
}

function theme(text: ChartText, size: FigureSize): JsonObject {
  const lines = wrapText(text.caption, captionCharacters((size.width ?? WIDTH) - TITLE_MARGIN));
  const subtitle = lines
    .map((line) => `<span style="font-size:${LABEL_SIZE}px">${escapeHtml(line)}</span>`)
    .join('<br>');
  return {
    title: {
      text: `<b>${escapeHtml(text.title)}</b><br>${subtitle}`,
      x: 0.02,
      xanchor: 'left',
      font: { size: TITLE_SIZE },
    },
    font: { family: FONT, size: LABEL_SIZE, color: INK.label },
    colorway: [...PALETTE],
    width: size.width ?? WIDTH,
    height: size.height ?? HEIGHT,
    margin: { l: 70, r: 30, t: 60 + lines.length * 18, b: 60 },
    paper_bgcolor: 'white',
    plot_bgcolor: 'white',
    hovermode: 'closest',
  };
}

/** An axis with its title, at the common sizes. */
export function axis(title: string, log = false): JsonObject {
  const type = log ? { type: 'log' } : {};
  return {
    title: { text: title, font: { size: AXIS_TITLE_SIZE } },
    gridcolor: '#e4e4e4',
    zeroline: false,
    automargin: true,
    ...type,
  };
}

/** An output for a figure that is redrawn while something runs. */
export function liveOutput(): DisplayHandle {
  return newDisplay();
}
