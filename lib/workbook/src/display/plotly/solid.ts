import * as charts from '../charts';
import type { Channel, ChartText, JsonObject, Row } from '../charts';
import { LABEL_SIZE } from '../charts/theme';
import { axis, Figure, type FigureSize } from './figure';
import { column } from './flat';

/** An axis in space; its labels have their place in the scene, not in the margins. */
function spaceAxis(title: string, log = false): JsonObject {
  return { ...axis(title, log), automargin: undefined, nticks: 6, tickfont: { size: LABEL_SIZE } };
}

/** The camera a little further away than Plotly's own: titles of the axes stay inside the picture. */
const CAMERA = { eye: { x: 1.6, y: 1.6, z: 0.9 }, center: { x: 0, y: 0, z: -0.15 } };

/** The scene fills the width: its labels lie inside it. */
const SOLID_MARGIN = { margin: { l: 0, r: 0, t: 90, b: 0 } };

/** A surface over a grid. */
export interface SurfaceOptions extends ChartText, FigureSize {
  /** Heights, one row of numbers for each y, one number for each x. */
  readonly z: readonly (readonly number[])[];
  readonly x: { readonly title: string; readonly values: readonly (number | string)[] };
  readonly y: { readonly title: string; readonly values: readonly (number | string)[] };
  readonly zTitle: string;
}

function checkGrid(options: SurfaceOptions): void {
  const { x, y, z } = options;
  const uneven = z.findIndex((line) => line.length !== x.values.length);
  if (z.length !== y.values.length || z.length === 0) {
    throw new Error(`surface: expected one line of z for each of the ${y.values.length} values of y, got ${z.length}.`);
  }
  if (uneven >= 0) {
    const got = z[uneven].length;
    throw new Error(`surface: expected ${x.values.length} numbers in every line of z, line ${uneven} has ${got}.`);
  }
}

/** A surface that can be turned; the still picture shows it from above, as colours. */
export function surface(options: SurfaceOptions): Figure {
  checkGrid(options);
  const { x, y, z, zTitle } = options;
  const rows = z.flatMap((line, at) => line.map((value, index) => ({ x: x.values[index], y: y.values[at], z: value })));
  const still = charts.heatmap(rows, {
    ...options,
    x: { field: 'x', title: x.title },
    y: { field: 'y', title: y.title, sort: 'descending' },
    color: { field: 'z', title: zTitle },
  });
  const safe = z.map((line) => line.map((value) => (Number.isFinite(value) ? value : null)));
  // The height says what the colours say: no bar of them beside it.
  const data = [{ type: 'surface', x: x.values, y: y.values, z: safe, colorscale: 'Viridis', showscale: false }];
  const scene = {
    camera: CAMERA,
    aspectmode: 'manual',
    aspectratio: { x: 1.5, y: 1.5, z: 0.9 },
    xaxis: spaceAxis(x.title),
    yaxis: spaceAxis(y.title),
    zaxis: spaceAxis(zTitle),
  };
  return new Figure(data, { scene, ...SOLID_MARGIN }, options, still, { height: 560, ...options });
}

/** Points in space. */
export interface Scatter3dOptions<R extends Row> extends ChartText, FigureSize {
  readonly x: Channel<R>;
  readonly y: Channel<R>;
  readonly z: Channel<R>;
  /** One colour for each category. */
  readonly color?: Channel<R>;
}

/** Points in space that can be turned; the still picture shows x and y, with z as colour. */
export function scatter3d<R extends Row>(rows: readonly R[], options: Scatter3dOptions<R>): Figure {
  const still = charts.scatter(rows, { ...options, color: options.z });
  const groups = options.color === undefined ? [undefined] : [...new Set(column(rows, options.color.field))];
  const data = groups.map((group) => {
    const part =
      options.color === undefined
        ? rows
        : rows.filter((row) => (row[options.color?.field as string] ?? null) === group);
    const xyz = {
      x: column(part, options.x.field),
      y: column(part, options.y.field),
      z: column(part, options.z.field),
    };
    const named = group === undefined ? { showlegend: false } : { name: String(group) };
    return { type: 'scatter3d', mode: 'markers', marker: { size: 4 }, ...named, ...xyz };
  });
  const log = (channel: Channel<R>): boolean => channel.scale === 'log';
  const scene = {
    camera: CAMERA,
    xaxis: spaceAxis(options.x.title, log(options.x)),
    yaxis: spaceAxis(options.y.title, log(options.y)),
    zaxis: spaceAxis(options.z.title, log(options.z)),
  };
  return new Figure(data, { scene }, options, still, options);
}
