import { withAnnotations, withHalo, type Annotation } from './annotations';
import { Chart, dataOf, DEFAULT_HEIGHT, DEFAULT_WIDTH } from './chart';
import { checkChart, clean, distinct, escapeField, legend, position, tooltip } from './encode';
import { axisPixels, placeLabels, type Placement } from './labels';
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

/** Radius of a point in pixels; of points with an area of their own, a typical one. */
const RADIUS = 5;
const SIZED_RADIUS = 12;

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

/** Names beside their points, each where it covers least. */
function labelLayers<R extends Row>(rows: readonly R[], options: ScatterOptions<R>, points: JsonObject): JsonObject[] {
  const field = options.label as string;
  const only = options.labelOnly;
  const area = { width: options.width ?? DEFAULT_WIDTH, height: options.height ?? DEFAULT_HEIGHT };
  const across = axisPixels(rows, options.x as Channel, area.width, PADDING);
  const up = axisPixels(rows, options.y as Channel, area.height, PADDING);
  const drawn = rows.filter((row) => [across(row), up(row)].every(Number.isFinite));
  const isNamed = (row: R): boolean => only === undefined || only.includes(row[field]);
  const spots = drawn.map((row) => ({
    x: across(row),
    y: area.height - up(row),
    name: isNamed(row) ? String(row[field]) : undefined,
  }));
  const placements = placeLabels(spots, area, options.size === undefined ? RADIUS : SIZED_RADIUS);
  const byPlacement = new Map<Placement, R[]>();
  for (const [at, row] of drawn.filter(isNamed).entries()) {
    byPlacement.set(placements[at], [...(byPlacement.get(placements[at]) ?? []), row]);
  }
  return [...byPlacement].flatMap(([placement, side]) => {
    const mark = { type: 'text', fontSize: LABEL_SIZE, color: INK.label, baseline: 'middle', ...placement };
    const encoding = { x: points.x, y: points.y, text: { field: escapeField(field) } };
    return withHalo(mark, { data: dataOf(side), encoding });
  });
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
