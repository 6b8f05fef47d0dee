import * as charts from '../charts';
import type { BarOptions, Channel, HeatmapOptions, JsonObject, Row, ScatterOptions } from '../charts';
import { axis, Figure } from './figure';
import { logTicks } from './ticks';

type Options<R extends Row> = Pick<
  ScatterOptions<R>,
  'title' | 'caption' | 'width' | 'height' | 'x' | 'y' | 'color' | 'hover'
>;

/** Values that JSON keeps: what is not finite becomes null, which draws nothing. */
export function column(rows: readonly Row[], field: string): unknown[] {
  return rows.map((row) => {
    const value = row[field];
    return typeof value === 'number' && !Number.isFinite(value) ? null : (value ?? null);
  });
}

/** The rows of each series, in the order in which they first occur. */
function series(rows: readonly Row[], color: Channel | undefined): [string | undefined, Row[]][] {
  if (color === undefined) return [[undefined, [...rows]]];
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = String(row[color.field]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups];
}

function hoverText(rows: readonly Row[], hover: readonly Channel[] = []): { text?: string[] } {
  if (hover.length === 0) return {};
  return {
    text: rows.map((row) => hover.map((channel) => `${channel.title}: ${String(row[channel.field])}`).join('<br>')),
  };
}

function flatAxis(rows: readonly Row[], channel: Channel): JsonObject {
  const isLog = channel.scale === 'log';
  const ticks = isLog ? { tickmode: 'array', ...logTicks(column(rows, channel.field)) } : {};
  return { ...axis(channel.title, isLog), ...ticks };
}

function axes(rows: readonly Row[], x: Channel, y: Channel): JsonObject {
  return { xaxis: flatAxis(rows, x), yaxis: flatAxis(rows, y) };
}

function trace(rows: readonly Row[], options: Options<Row>, name: string | undefined, shape: JsonObject): JsonObject {
  const named = name === undefined ? { showlegend: false } : { name };
  const xy = { x: column(rows, options.x.field), y: column(rows, options.y.field) };
  return { ...shape, ...named, ...xy, ...hoverText(rows, options.hover) };
}

const SYMBOLS = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'x'];

/** Points; a category as colour also gets its own symbol. */
export function scatter<R extends Row>(rows: readonly R[], options: Options<R>): Figure {
  const still = charts.scatter(rows, options);
  const plain = options as unknown as Options<Row>;
  const data = series(rows, plain.color).map(([name, part], at) =>
    trace(part, plain, name, {
      type: 'scatter',
      mode: 'markers',
      marker: { size: 9, symbol: SYMBOLS[at % SYMBOLS.length] },
    }),
  );
  return new Figure(data, { ...axes(rows, plain.x, plain.y), ...legendOf(plain.color) }, options, still, options);
}

/** Lines, in the order of the rows. */
export function line<R extends Row>(rows: readonly R[], options: Options<R>): Figure {
  const still = charts.line(rows, options);
  const plain = options as unknown as Options<Row>;
  const data = series(rows, plain.color).map(([name, part]) =>
    trace(part, plain, name, { type: 'scatter', mode: 'lines+markers' }),
  );
  return new Figure(data, { ...axes(rows, plain.x, plain.y), ...legendOf(plain.color) }, options, still, options);
}

/** Bars, side by side for each series. */
export function bar<R extends Row>(rows: readonly R[], options: Options<R> & Pick<BarOptions<R>, 'stack'>): Figure {
  const still = charts.bar(rows, options);
  const plain = options as unknown as Options<Row>;
  const horizontal = typeof rows[0]?.[plain.x.field] === 'number' && typeof rows[0]?.[plain.y.field] !== 'number';
  const shape = { type: 'bar', orientation: horizontal ? 'h' : 'v' };
  const data = series(rows, plain.color).map(([name, part]) => trace(part, plain, name, shape));
  const layout = {
    ...axes(rows, plain.x, plain.y),
    barmode: options.stack ? 'stack' : 'group',
    ...legendOf(plain.color),
  };
  return new Figure(data, layout, options, still, options);
}

function legendOf(color: Channel | undefined): JsonObject {
  return color === undefined ? {} : { legend: { title: { text: color.title } } };
}

/** A grid of coloured cells from one row a cell; missing cells stay empty. */
export function heatmap<R extends Row>(rows: readonly R[], options: HeatmapOptions<R>): Figure {
  const still = charts.heatmap(rows, options);
  const [x, y] = [options.x, options.y].map((channel) => [...new Set(column(rows, channel.field))]) as [
    unknown[],
    unknown[],
  ];
  const cells = new Map(
    rows.map((row) => [JSON.stringify([row[options.x.field], row[options.y.field]]), row[options.color.field]]),
  );
  const z = y.map((top) => x.map((left) => cells.get(JSON.stringify([left, top])) ?? null));
  const bar = { title: { text: options.color.title } };
  const data = [{ type: 'heatmap', x: x.map(String), y: y.map(String), z, colorscale: 'Viridis', colorbar: bar }];
  const layout = {
    xaxis: { ...axis(options.x.title), type: 'category' },
    yaxis: { ...axis(options.y.title), type: 'category', autorange: 'reversed' },
  };
  return new Figure(data, layout, options, still, options);
}
