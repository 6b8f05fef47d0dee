import type { Channel, ChartText, FieldType, JsonObject, Row } from './spec';

/** Field names are paths in Vega: dots and brackets in a name must be escaped. */
export function escapeField(field: string): string {
  return field.replace(/[.[\]\\']/g, '\\$&');
}

/** Checks title, caption and rows before anything is drawn. */
export function checkChart(kind: string, rows: readonly Row[], text: ChartText): void {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new Error(`${kind}: expected at least one row to draw, got ${Array.isArray(rows) ? 'none' : typeof rows}.`);
  }
  for (const name of ['title', 'caption'] as const) {
    if (typeof text[name] !== 'string' || text[name].trim() === '') {
      throw new Error(`${kind}: expected a ${name} in words, got ${JSON.stringify(text[name])}.`);
    }
  }
}

function inferType(rows: readonly Row[], field: string): FieldType {
  const sample = rows.map((row) => row[field]).find((value) => value !== null && value !== undefined);
  if (typeof sample === 'number') return 'quantitative';
  return sample instanceof Date ? 'temporal' : 'nominal';
}

function checkChannel(rows: readonly Row[], channel: Channel, role: string): void {
  if (typeof channel.title !== 'string' || channel.title.trim() === '') {
    throw new Error(`${role}: expected a title with its unit for field '${channel.field}', got none.`);
  }
  if (rows.length > 0 && !rows.some((row) => channel.field in row)) {
    const known = Object.keys(rows[0]).join(', ');
    throw new Error(`${role}: no row has the field '${channel.field}'; the first row has ${known}.`);
  }
  if (channel.scale === 'log') {
    const bad = rows.map((row) => row[channel.field]).find((value) => typeof value === 'number' && !(value > 0));
    if (bad !== undefined) {
      throw new Error(`${role}: a log scale needs values above zero, but '${channel.field}' has ${String(bad)}.`);
    }
  }
}

function scaleOf(channel: Channel, type: FieldType, zeroDefault: boolean | undefined): JsonObject | undefined {
  const scale: Record<string, unknown> = {};
  if (channel.scale !== undefined && channel.scale !== 'linear') scale.type = channel.scale;
  if (channel.domain !== undefined) scale.domain = channel.domain;
  const zero = channel.zero ?? zeroDefault;
  const hasZero = type === 'quantitative' && channel.scale !== 'log' && channel.domain === undefined;
  if (hasZero && zero !== undefined) scale.zero = zero;
  // Round ends of a logarithmic axis may leave half of it empty.
  if (channel.scale === 'log' && channel.domain === undefined) scale.nice = false;
  return Object.keys(scale).length > 0 ? scale : undefined;
}

/** Vega sorts categories by name unless told; people expect the order of their rows. */
function sortOf(rows: readonly Row[], channel: Channel, type: FieldType): unknown {
  if (type !== 'nominal' && type !== 'ordinal') return undefined;
  if (channel.sort === undefined || channel.sort === 'rows') {
    return [...new Set(rows.map((row) => row[channel.field]).filter((value) => value !== undefined && value !== null))];
  }
  return channel.sort;
}

/** Whole numbers (epochs, layers, steps) have no ticks between them. */
function isWhole(rows: readonly Row[], channel: Channel): boolean {
  if (channel.scale !== undefined && channel.scale !== 'linear') return false;
  const values = rows.map((row) => row[channel.field]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => Number.isInteger(value));
}

/** Width of a character of an axis label in pixels, at most. */
const LABEL_WIDTH = 7;

/** Whether labels of categories fit beside each other, level, in a plot of this width. */
export function fitsLevel(names: readonly unknown[], width: number): boolean {
  return Math.max(...names.map((name) => String(name).length)) * LABEL_WIDTH < width / names.length;
}

/**
 * A Vega-Lite position channel (x, y).
 * @param zero whether the axis begins at zero when the channel does not say
 */
export function position(rows: readonly Row[], channel: Channel, role: string, zero?: boolean): JsonObject {
  checkChannel(rows, channel, role);
  const type = channel.type ?? inferType(rows, channel.field);
  return clean({
    field: escapeField(channel.field),
    type,
    title: channel.title,
    scale: scaleOf(channel, type, zero),
    sort: sortOf(rows, channel, type),
    axis: axisOf(rows, channel, type),
  });
}

/** Few whole numbers on a logarithmic axis (batch sizes) are its ticks; Vega's would lie between them. */
const MOST_OWN_TICKS = 10;

function ownTicks(rows: readonly Row[], channel: Channel): number[] | undefined {
  if (channel.scale !== 'log') return undefined;
  const values = distinct(rows, channel.field);
  const isOwn = values.length <= MOST_OWN_TICKS && values.every((value) => Number.isInteger(value));
  return isOwn ? (values as number[]) : undefined;
}

/** The least distance of two numbers that a format tells apart: ticks that are closer get the same label. */
function stepOf(format: string | undefined): number | undefined {
  const [, decimals, kind] = /^,?\.(\d)([%f])$/.exec(format ?? '') ?? [];
  return decimals === undefined ? undefined : Number(`1e-${Number(decimals) + (kind === '%' ? 2 : 0)}`);
}

function axisOf(rows: readonly Row[], channel: Channel, type: FieldType): JsonObject | undefined {
  const isNumeric = type === 'quantitative';
  const values = isNumeric ? ownTicks(rows, channel) : undefined;
  const tickMinStep = !isNumeric ? undefined : isWhole(rows, channel) ? 1 : stepOf(channel.format);
  const axis = {
    ...clean({ tickMinStep, values }),
    ...(channel.format === undefined ? {} : { format: channel.format }),
  };
  return Object.keys(axis).length === 0 ? undefined : axis;
}

/** A Vega-Lite legend channel (colour, size, shape). */
export function legend(rows: readonly Row[], channel: Channel, role: string): JsonObject {
  checkChannel(rows, channel, role);
  const type = channel.type ?? inferType(rows, channel.field);
  const scale = scaleOf(channel, type, undefined);
  // A domain and not a sort: with a sort, Vega-Lite 5 draws one legend for colour and another for shape.
  const order = channel.domain === undefined ? sortOf(rows, channel, type) : undefined;
  return clean({
    field: escapeField(channel.field),
    type,
    title: channel.title,
    scale: Array.isArray(order) ? { ...scale, domain: order } : scale,
    legend: channel.format === undefined ? undefined : { format: channel.format },
  });
}

/** Hover text: a list of channels, titles as on the axes. */
export function tooltip(rows: readonly Row[], channels: readonly (Channel | undefined)[]): JsonObject[] {
  const seen = new Set<string>();
  const entries: JsonObject[] = [];
  for (const channel of channels) {
    if (channel === undefined || seen.has(channel.field)) continue;
    seen.add(channel.field);
    checkChannel(rows, channel, 'hover');
    const type = channel.type ?? inferType(rows, channel.field);
    const format = channel.format ?? (type === 'quantitative' ? ',.5~g' : undefined);
    entries.push(clean({ field: escapeField(channel.field), type, title: channel.title, format }));
  }
  return entries;
}

/** The object without its undefined entries: they have no place in JSON. */
export function clean(object: Record<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** Distinct values of a field. */
export function distinct(rows: readonly Row[], field: string): unknown[] {
  return [...new Set(rows.map((row) => row[field]))];
}
