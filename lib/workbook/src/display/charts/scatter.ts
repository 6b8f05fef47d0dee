import { withAnnotations, withHalo, type Annotation } from './annotations';
import { Chart, dataOf } from './chart';
import { checkChart, clean, distinct, escapeField, legend, position, tooltip } from './encode';
import { selection, type Selection } from './selection';
import type { Channel, ChartSize, ChartText, JsonObject, Row } from './spec';
import { INK, LABEL_SIZE } from './theme';

const SHAPES_LIMIT = 6;

/** A scatter plot's fields. */
export interface ScatterOptions<R extends Row> extends ChartText, ChartSize {
  readonly x: Channel<R>;
  readonly y: Channel<R>;
  /** Categories get colours and shapes (so that the picture reads without colour); numbers a sequential scale. */
  readonly color?: Channel<R>;
  /** Area of the points. */
  readonly size?: Channel<R>;
  /** Field with the name beside a point. */
  readonly label?: keyof R & string;
  /** The names that are written, where there are too many points for all. @default all */
  readonly labelOnly?: readonly unknown[];
  /** More fields to show on hover, beside x, y, colour and size. */
  readonly hover?: readonly Channel<R>[];
  readonly annotations?: readonly Annotation[];
  readonly select?: Selection;
}

/** Pixels between the outermost points and the frame: whole symbols stay inside. */
const PADDING = 14;

/** An axis with room at its ends, unless those are given. */
function roomy(encoded: JsonObject, channel: Channel): JsonObject {
  if (encoded.type !== 'quantitative' || channel.domain !== undefined) return encoded;
  return { ...encoded, scale: { ...(encoded.scale as JsonObject | undefined), nice: false, padding: PADDING } };
}

/** Areas span this ratio at most; values that span more are drawn by their logarithm, or the small ones vanish. */
const AREAS = [60, 900] as const;
const LOG_SIZE_FROM = 40;

function sizeOf(rows: readonly Row[], channel: Channel): JsonObject {
  const encoded = legend(rows, channel, 'scatter size');
  const values = rows.map((row) => row[channel.field]).filter((value): value is number => Number.isFinite(value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isWide = channel.scale === undefined && low > 0 && high > LOG_SIZE_FROM * low;
  const kind = isWide ? { type: 'log', nice: false } : { zero: channel.scale === undefined && !(low < 0) };
  const shown = { values: roundValues(low, high, isWide), format: channel.format ?? '~s', symbolFillColor: '#9a9a9a' };
  return { ...encoded, scale: { ...(encoded.scale as JsonObject | undefined), ...kind, range: AREAS }, legend: shown };
}

/** Three round values of the range, for the legend: a size of zero has no symbol. */
function roundValues(low: number, high: number, byRatio: boolean): number[] {
  const middle = byRatio ? Math.sqrt(low * high) : (Math.max(low, high / 4) + high) / 2;
  return [
    ...new Set([Math.max(low, byRatio ? low : high / 4), middle, high].map((value) => Number(value.toPrecision(1)))),
  ];
}

function encoding<R extends Row>(rows: readonly R[], options: ScatterOptions<R>, opacity: JsonObject): JsonObject {
  const color = options.color as Channel | undefined;
  const colorDef = color && legend(rows, color, 'scatter color');
  const few = color !== undefined && distinct(rows, color.field).length <= SHAPES_LIMIT;
  const categories = colorDef !== undefined && colorDef.type === 'nominal' && few;
  const hover = [...(options.hover ?? []), options.x, options.y, options.color, options.size];
  return clean({
    x: roomy(position(rows, options.x as Channel, 'scatter x', false), options.x as Channel),
    y: roomy(position(rows, options.y as Channel, 'scatter y', false), options.y as Channel),
    color: colorDef,
    shape: categories ? colorDef : undefined,
    size: options.size && sizeOf(rows, options.size as Channel),
    opacity,
    tooltip: tooltip(rows, hover as Channel[]),
  });
}

/** Names right of their points; left of those that lie far right, where they would leave the frame. */
function labelLayers<R extends Row>(rows: readonly R[], options: ScatterOptions<R>, points: JsonObject): JsonObject[] {
  const field = options.label as string;
  const only = options.labelOnly;
  const chosen = rows.filter((row) => only === undefined || only.includes(row[field]));
  const far = farRight(rows, options.x as Channel);
  const gap = options.size === undefined ? 8 : 16;
  const part = (side: readonly R[], placement: JsonObject): JsonObject[] => {
    if (side.length === 0) return [];
    const mark = { type: 'text', dy: -7, fontSize: LABEL_SIZE, color: INK.label, ...placement };
    const encoding = { x: points.x, y: points.y, text: { field: escapeField(field) } };
    return withHalo(mark, { data: dataOf(side), encoding });
  };
  return [
    ...part(
      chosen.filter((row) => !far(row)),
      { align: 'left', dx: gap },
    ),
    ...part(
      chosen.filter((row) => far(row)),
      { align: 'right', dx: -gap },
    ),
  ];
}

function farRight(rows: readonly Row[], channel: Channel): (row: Row) => boolean {
  const place = (row: Row): number => {
    const value = row[channel.field];
    if (typeof value !== 'number' || !Number.isFinite(value)) return NaN;
    return channel.scale === 'log' ? Math.log(value) : value;
  };
  const places = rows.map(place).filter((value) => Number.isFinite(value));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  return (row) => high > low && place(row) > low + 0.75 * (high - low);
}

/**
 * Points, one a row, with values on hover.
 * @param rows plain records; a row whose x or y is not finite draws nothing
 */
export function scatter<R extends Row>(rows: readonly R[], options: ScatterOptions<R>): Chart {
  checkChart('scatter', rows, options);
  const chosen = selection(options.select, options.title, options.color as Channel | undefined, 0.82);
  const encoded = encoding(rows, options, chosen.opacity);
  const points = clean({ mark: { type: 'point', filled: true }, params: chosen.params, encoding: encoded });
  const data = dataOf(rows);
  if (options.label === undefined)
    return new Chart(withAnnotations(points, data, options.annotations), options, options);
  const over = withAnnotations(points, data, options.annotations);
  const layers = (over.layer as JsonObject[] | undefined) ?? [points];
  return new Chart({ data, layer: [...layers, ...labelLayers(rows, options, encoded)] }, options, options);
}
