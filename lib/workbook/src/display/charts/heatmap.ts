import { Chart, dataOf, DEFAULT_WIDTH } from './chart';
import { checkChart, distinct, escapeField, fitsLevel, legend, position, tooltip } from './encode';
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

/** Where on viridis black letters become easier to read than white ones: both have a contrast of 4.5 there. */
const INK_CHANGE = 0.43;

/** White on the scale's dark part, black on its light part. */
function inkFor(rows: readonly Row[], { field, domain }: Channel): JsonObject {
  const numbers = (domain ?? rows.map((row) => row[field])).filter((value): value is number => Number.isFinite(value));
  const [low, high] = numbers.length === 0 ? [0, 0] : [Math.min(...numbers), Math.max(...numbers)];
  const test = `datum[${JSON.stringify(field)}] > ${low + INK_CHANGE * (high - low)}`;
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
  const fits = fitsLevel(distinct(rows, options.x.field), options.width ?? DEFAULT_WIDTH);
  const x = { ...axis(options.x, 'heatmap x'), axis: { labelAngle: fits ? 0 : -35, labelLimit: 260 } };
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
  const ink = inkFor(rows, options.color as Channel);
  const numbers = { mark: { type: 'text', fontSize: LABEL_SIZE }, encoding: { x, y, text, color: ink } };
  return new Chart({ data, layer: [cells, numbers] }, options, options);
}
