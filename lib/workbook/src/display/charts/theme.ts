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

/** Vega-Lite's config: legible sizes, quiet grid, colours above; white behind, so that dark themes keep contrast. */
export function vegaConfig(): JsonObject {
  const text = { labelFontSize: LABEL_SIZE, titleFontSize: AXIS_TITLE_SIZE };
  return {
    font: FONT,
    background: 'white',
    axis: { ...text, gridColor: '#e4e4e4', titlePadding: 8, labelLimit: 240, labelFlush: false, labelSeparation: 8 },
    legend: { ...text, symbolSize: 90, labelLimit: 240, titleLimit: 240 },
    header: { ...text },
    title: { fontSize: TITLE_SIZE, subtitleFontSize: LABEL_SIZE, subtitleColor: '#444', anchor: 'start', offset: 12 },
    range: { category: [...PALETTE], ramp: { scheme: SEQUENTIAL }, heatmap: { scheme: SEQUENTIAL } },
    view: { stroke: '#cccccc' },
    point: { filled: true, size: 80 },
    line: { strokeWidth: 2.5 },
    mark: { color: PALETTE[0] },
  };
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
