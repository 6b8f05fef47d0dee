import { Chart, dataOf } from './chart';
import { checkChart, escapeField, legend, position, tooltip } from './encode';
import type { Channel, ChartSize, ChartText, JsonObject, Row } from './spec';
import { LABEL_SIZE, SEQUENTIAL } from './theme';

/** A heat map's fields: two categories and the number that colours their cell. */
export interface HeatmapOptions<R extends Row> extends ChartText, ChartSize {
  readonly x: Channel<R>;
  readonly y: Channel<R>;
  readonly color: Channel<R>;
  /** Whether the number is written in its cell. @default true up to 150 cells */
  readonly values?: boolean;
  readonly hover?: readonly Channel<R>[];
}

/** White on the scale's dark half, black on its light half. */
function inkFor(rows: readonly Row[], field: string): JsonObject {
  const numbers = rows.map((row) => row[field]).filter((value): value is number => Number.isFinite(value));
  const middle = numbers.length === 0 ? 0 : (Math.min(...numbers) + Math.max(...numbers)) / 2;
  const test = `datum[${JSON.stringify(field)}] > ${middle}`;
  return { condition: { test, value: 'black' }, value: 'white' };
}

/**
 * A grid of coloured cells, e.g. a confusion matrix.
 * @param rows plain records, one a cell
 */
export function heatmap<R extends Row>(rows: readonly R[], options: HeatmapOptions<R>): Chart {
  checkChart('heatmap', rows, options);
  const axis = (channel: Channel<R>, role: string): JsonObject =>
    position(rows, { type: 'ordinal', ...(channel as Channel) }, role);
  const x = axis(options.x, 'heatmap x');
  const y = axis(options.y, 'heatmap y');
  const color = legend(rows, options.color as Channel, 'heatmap color');
  const hover = tooltip(rows, [options.x, options.y, options.color, ...(options.hover ?? [])] as Channel[]);
  const scale = { scheme: SEQUENTIAL, ...(color.scale as JsonObject | undefined) };
  const cells = { mark: { type: 'rect' }, encoding: { x, y, color: { ...color, scale }, tooltip: hover } };
  const data = dataOf(rows);
  if (!(options.values ?? rows.length <= 150)) return new Chart({ data, ...cells }, options, options);
  const text = {
    field: escapeField(options.color.field),
    type: 'quantitative',
    format: options.color.format ?? ',.3~g',
  };
  const ink = inkFor(rows, options.color.field);
  const numbers = { mark: { type: 'text', fontSize: LABEL_SIZE }, encoding: { x, y, text, color: ink } };
  return new Chart({ data, layer: [cells, numbers] }, options, options);
}
