import { withAnnotations, type Annotation } from './annotations';
import { Chart, dataOf } from './chart';
import { checkChart, clean, distinct, escapeField, legend, position, tooltip } from './encode';
import { selection, type Selection } from './selection';
import type { Channel, ChartSize, ChartText, JsonObject, Row } from './spec';

const POINTS_LIMIT = 60;
const DASHES = [
  [1, 0],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [14, 4],
  [5, 2, 1, 2],
] as const;
const DASHES_LIMIT = DASHES.length;

/** The legend shows a piece of the line, long enough for its dashes. */
const LINE_SYMBOL = { symbolType: 'stroke', symbolSize: 700, symbolStrokeWidth: 2.5 };

/** A line chart's fields. */
export interface LineOptions<R extends Row> extends ChartText, ChartSize {
  readonly x: Channel<R>;
  readonly y: Channel<R>;
  /** One line for each value; up to six lines also differ in their dashes. */
  readonly color?: Channel<R>;
  /** Fields with the edges of a band around the line: a spread, an interval. */
  readonly band?: { readonly low: keyof R & string; readonly high: keyof R & string };
  /** Whether each row is marked by a point. @default true up to 60 rows a line */
  readonly points?: boolean;
  /** How neighbours are joined. @default 'linear' */
  readonly interpolate?: 'linear' | 'step-after' | 'step-before' | 'step' | 'monotone';
  readonly hover?: readonly Channel<R>[];
  readonly annotations?: readonly Annotation[];
  readonly select?: Selection;
}

/** The channel of the colours, for dashes: told apart at the width of our lines, which Vega's own are not. */
function dashesOf(color: JsonObject | undefined): JsonObject | undefined {
  return color && { ...color, scale: { ...(color.scale as JsonObject | undefined), range: DASHES } };
}

function bandLayer(encoded: JsonObject, band: { low: string; high: string }): JsonObject {
  const y = { ...(encoded.y as JsonObject), field: escapeField(band.low) };
  const encoding = clean({ x: encoded.x, y, y2: { field: escapeField(band.high) }, color: encoded.color });
  return { mark: { type: 'area', opacity: 1, fillOpacity: 0.18, line: false }, encoding };
}

/**
 * Lines through rows, in the order of x.
 * @param rows plain records; the rows of one line share a value of `color`
 */
export function line<R extends Row>(rows: readonly R[], options: LineOptions<R>): Chart {
  checkChart('line', rows, options);
  const series = options.color as Channel | undefined;
  const lines = series === undefined ? 1 : distinct(rows, series.field).length;
  const plain = series && legend(rows, { type: 'nominal', ...series }, 'line color');
  const color = plain && { ...plain, legend: { ...(plain.legend as JsonObject | undefined), ...LINE_SYMBOL } };
  const chosen = selection(options.select, options.title, series, 1);
  const encoded = clean({
    x: position(rows, options.x as Channel, 'line x', false),
    y: position(rows, options.y as Channel, 'line y', false),
    color,
    strokeDash: lines > 1 && lines <= DASHES_LIMIT ? dashesOf(color) : undefined,
    opacity: chosen.opacity,
    tooltip: tooltip(rows, [options.x, options.y, options.color, ...(options.hover ?? [])] as Channel[]),
  });
  const point = (options.points ?? rows.length <= POINTS_LIMIT * lines) ? { filled: true, size: 45 } : false;
  const mark = { type: 'line', interpolate: options.interpolate ?? 'linear', point };
  const drawn = clean({ mark, params: chosen.params, encoding: encoded });
  const data = dataOf(rows);
  const over = withAnnotations(drawn, data, options.annotations);
  if (options.band === undefined) return new Chart(over, options, options);
  const layers = (over.layer as JsonObject[] | undefined) ?? [drawn];
  return new Chart({ data, layer: [bandLayer(encoded, options.band), ...layers] }, options, options);
}
