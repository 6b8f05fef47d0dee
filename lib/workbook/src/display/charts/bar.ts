import { withAnnotations, type Annotation } from './annotations';
import { Chart, dataOf, DEFAULT_WIDTH } from './chart';
import { checkChart, clean, distinct, escapeField, fitsLevel, legend, position, tooltip } from './encode';
import type { Channel, ChartSize, ChartText, JsonObject, Row } from './spec';
import { columnFormat } from '../numbers';
import { INK, LABEL_SIZE } from './theme';

/** Significant digits of the largest value that is written at a bar. */
const VALUE_DIGITS = 3;

/** A bar chart's fields: one of x and y holds categories, the other numbers. */
export interface BarOptions<R extends Row> extends ChartText, ChartSize {
  readonly x: Channel<R>;
  readonly y: Channel<R>;
  /** One bar for each of these within a category. */
  readonly color?: Channel<R>;
  /** Bars of a category side by side, or on top of each other. @default false: side by side */
  readonly stack?: boolean;
  /** Fields with the ends of an error bar. */
  readonly spread?: { readonly low: keyof R & string; readonly high: keyof R & string };
  /** Whether the value is written at the end of its bar. @default false */
  readonly values?: boolean;
  readonly hover?: readonly Channel<R>[];
  readonly annotations?: readonly Annotation[];
}

interface Orientation {
  readonly value: 'x' | 'y';
  readonly category: 'x' | 'y';
}

function orient(encoding: JsonObject): Orientation {
  const horizontal = (encoding.x as JsonObject).type === 'quantitative';
  const vertical = (encoding.y as JsonObject).type === 'quantitative';
  if (!horizontal && !vertical) throw new Error('bar: expected numbers on x or y, got categories on both.');
  return horizontal && !vertical ? { value: 'x', category: 'y' } : { value: 'y', category: 'x' };
}

/** True when some category holds several series: only then do its bars need places beside each other. */
function hasGroups(rows: readonly Row[], category: string, series: string | undefined): boolean {
  if (series === undefined) return false;
  const first = new Map<unknown, unknown>();
  return rows.some((row) => {
    const known = first.has(row[category]) && first.get(row[category]) !== row[series];
    first.set(row[category], row[series]);
    return known;
  });
}

/** Labels below the bars stay level where they fit, else they lean. */
function categoryAxis<R extends Row>(rows: readonly R[], options: BarOptions<R>, at: Orientation): JsonObject {
  if (at.category === 'y') return { labelLimit: 260 };
  const fits = fitsLevel(distinct(rows, options.x.field), options.width ?? DEFAULT_WIDTH);
  return { labelAngle: fits ? 0 : -35, labelLimit: 260 };
}

/** Share of the axis that the written values take beyond the longest bar. */
const VALUE_ROOM = { x: 0.12, y: 0.08 } as const;

/** The axis goes on beyond the longest bar where its value is written there. */
function roomForValues<R extends Row>(
  rows: readonly R[],
  options: BarOptions<R>,
  at: Orientation,
  scale: JsonObject | undefined,
): JsonObject | undefined {
  const channel = options[at.value];
  if (options.values !== true || options.stack === true || channel.domain !== undefined) return scale;
  const longest = Math.max(
    ...(rows.map((row) => row[channel.field]).filter((value) => Number.isFinite(value)) as number[]),
  );
  if (!(longest > 0)) return scale;
  const factor = channel.scale === 'log' ? 1.6 : 1 + VALUE_ROOM[at.value];
  return { ...scale, domainMax: longest * factor };
}

function encode<R extends Row>(rows: readonly R[], options: BarOptions<R>): { base: JsonObject; at: Orientation } {
  const xy = {
    x: position(rows, options.x as Channel, 'bar x', true),
    y: position(rows, options.y as Channel, 'bar y', true),
  };
  const at = orient(xy);
  const series = options.color as Channel | undefined;
  const color = series && legend(rows, series, 'bar color');
  const category = options[at.category].field;
  const grouped = color !== undefined && options.stack !== true && hasGroups(rows, category, options.color?.field);
  const offset = grouped
    ? { field: color.field, type: color.type, sort: (color.scale as JsonObject | undefined)?.domain }
    : undefined;
  const scale = roomForValues(rows, options, at, xy[at.value].scale as JsonObject | undefined);
  const valueChannel = clean({ ...xy[at.value], scale, stack: options.stack === true ? 'zero' : null });
  const base = clean({
    [at.category]: { ...xy[at.category], axis: categoryAxis(rows, options, at) },
    [at.value]: valueChannel,
    [`${at.category}Offset`]: offset && clean(offset),
    color,
  });
  return { base, at };
}

const LYING_BAR = 46;
const LEAST_HEIGHT = 120;
const MOST_HEIGHT = 360;

/** Few lying bars need no tall plot. */
function lyingHeight(rows: readonly Row[], base: JsonObject): number {
  const bars = base.yOffset === undefined ? distinct(rows, (base.y as { field: string }).field).length : rows.length;
  return Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, LYING_BAR * bars));
}

function spreadLayer<R extends Row>(base: JsonObject, at: Orientation, options: BarOptions<R>): JsonObject[] {
  if (options.spread === undefined) return [];
  const { low, high } = options.spread;
  const ends = {
    [at.value]: { ...(base[at.value] as JsonObject), field: escapeField(low) },
    [`${at.value}2`]: { field: escapeField(high) },
  };
  const encoding = { ...base, ...ends, color: undefined };
  return [{ mark: { type: 'rule', strokeWidth: 2, color: INK.title }, encoding: clean(encoding) }];
}

/** All values with the same number of decimals, as in a column of a table. */
function valueFormat(rows: readonly Row[], channel: Channel): string {
  const values = rows.map((row) => row[channel.field]).filter((value): value is number => typeof value === 'number');
  const write = columnFormat(values, VALUE_DIGITS);
  const decimals = new Set(values.map((value) => write(value).split('.')[1]?.length ?? 0));
  return decimals.size === 1 ? `,.${[...decimals][0]}f` : ',.4~g';
}

function valueLayer<R extends Row>(
  rows: readonly R[],
  base: JsonObject,
  at: Orientation,
  options: BarOptions<R>,
): JsonObject[] {
  if (options.values !== true) return [];
  const channel = options[at.value];
  const placement = at.value === 'x' ? { align: 'left', dx: 4 } : { baseline: 'bottom', dy: -3 };
  const text = {
    field: escapeField(channel.field),
    type: 'quantitative',
    format: channel.format ?? valueFormat(rows, channel as Channel),
  };
  const encoding = clean({ ...base, color: undefined, text });
  return [{ mark: { type: 'text', fontSize: LABEL_SIZE, color: INK.title, ...placement }, encoding }];
}

/**
 * Bars from zero, one a row.
 * @param rows plain records; one row per bar
 */
export function bar<R extends Row>(rows: readonly R[], options: BarOptions<R>): Chart {
  checkChart('bar', rows, options);
  if (options.color && distinct(rows, options.color.field).length > 12) {
    throw new Error(
      `bar: at most 12 series can be told apart, '${options.color.field}' has more; use categories or a facet.`,
    );
  }
  const { base, at } = encode(rows, options);
  const hover = [options.x, options.y, options.color, ...(options.hover ?? [])];
  const bars = { mark: { type: 'bar' }, encoding: { ...base, tooltip: tooltip(rows, hover as Channel[]) } };
  const over = [...spreadLayer(base, at, options), ...valueLayer(rows, base, at, options)];
  const data = dataOf(rows);
  const annotated = withAnnotations(bars, data, options.annotations);
  const size = { ...options, height: options.height ?? (at.value === 'x' ? lyingHeight(rows, base) : undefined) };
  if (over.length === 0) return new Chart(annotated, options, size);
  const [first, ...notes] = (annotated.layer as JsonObject[] | undefined) ?? [bars];
  return new Chart({ data, layer: [first, ...over, ...notes] }, options, size);
}
