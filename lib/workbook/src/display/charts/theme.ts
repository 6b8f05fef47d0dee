import type { JsonObject } from './spec';

/** Okabe and Ito's eight colours, told apart with every common colour vision deficiency (black moved to the end). */
export const PALETTE = [
  '#0072B2',
  '#E69F00',
  '#009E73',
  '#D55E00',
  '#CC79A7',
  '#56B4E9',
  '#8A6D00',
  '#000000',
] as const;

/** Sequential scale that is readable in grey and with colour vision deficiencies. */
export const SEQUENTIAL = 'viridis';

export const FONT = 'Helvetica Neue, Helvetica, Arial, sans-serif';
export const TITLE_SIZE = 16;
export const AXIS_TITLE_SIZE = 13;
export const LABEL_SIZE = 12;

/** Colours of everything that is written; all on white, whatever the page's theme. */
export const INK = {
  title: '#1a1a1a',
  label: '#333333',
  caption: '#444444',
  line: '#8a8a8a',
  grid: '#e4e4e4',
} as const;

/**
 * Vega-Lite's config: legible sizes, quiet grid, colours above. Every colour is named, text, lines and ground: a page in
 * a dark theme (JupyterLab's) fills in its own for each one that is not.
 */
export function vegaConfig(): JsonObject {
  const sizes = { labelFontSize: LABEL_SIZE, titleFontSize: AXIS_TITLE_SIZE };
  const text = { ...sizes, labelColor: INK.label, titleColor: INK.title };
  const lines = { gridColor: INK.grid, domainColor: INK.line, tickColor: INK.line };
  const subtitle = { subtitleFontSize: LABEL_SIZE, subtitleColor: INK.caption };
  return {
    font: FONT,
    background: 'white',
    axis: { ...text, ...lines, titlePadding: 8, labelLimit: 240, labelFlush: false, labelSeparation: 8 },
    legend: { ...text, symbolSize: 90, symbolStrokeColor: INK.line, labelLimit: 240, titleLimit: 240 },
    header: { ...text },
    title: { fontSize: TITLE_SIZE, color: INK.title, ...subtitle, anchor: 'start', offset: 12 },
    style: { 'guide-label': { fill: INK.label }, 'guide-title': { fill: INK.title }, cell: { fill: 'white' } },
    text: { color: INK.title },
    range: { category: [...PALETTE], ramp: { scheme: SEQUENTIAL }, heatmap: { scheme: SEQUENTIAL } },
    view: { stroke: '#cccccc' },
    point: { filled: true, size: 80 },
    line: { strokeWidth: 2.5 },
    mark: { color: PALETTE[0] },
  };
}

/** Width of a character of a caption in pixels, on average. */
const CAPTION_CHARACTER_WIDTH = 5.8;

/** How many characters of a caption fit beside each other. */
export function captionCharacters(width: number): number {
  return Math.floor(width / CAPTION_CHARACTER_WIDTH);
}

/** Breaks a sentence into lines of at most `limit` characters, at spaces. */
export function wrapText(text: string, limit: number): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= limit) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
