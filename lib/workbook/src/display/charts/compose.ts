import { Chart } from './chart';
import { distinct, escapeField } from './encode';
import type { ChartSize, ChartText, JsonObject, Row } from './spec';

function viewsOf(chart: Chart): JsonObject[] {
  const { data, layer, width: _width, height: _height, ...rest } = chart.view;
  if (!Array.isArray(layer)) return [{ data, ...rest }];
  return (layer as JsonObject[]).map((view) => ({ data, ...view }));
}

function checkCharts(kind: string, charts: readonly Chart[]): void {
  if (charts.length === 0) throw new Error(`${kind}: expected at least one chart, got none.`);
}

const encodingOf = (view: JsonObject, channel: string): JsonObject | undefined =>
  (view.encoding as JsonObject | undefined)?.[channel] as JsonObject | undefined;

/**
 * Lines and points of the same colours share a legend, which then has the points' symbols: a line's would be huge ones,
 * with dashes around them. So each line becomes a view of its own, dashed without a channel.
 */
function underPoints(views: readonly JsonObject[]): JsonObject[] {
  const pointed = views.map((view) => encodingOf(view, 'shape')?.field);
  return views.flatMap((view) => {
    const { strokeDash, ...encoding } = (view.encoding ?? {}) as JsonObject;
    const color = encodingOf(view, 'color');
    if (strokeDash === undefined || color === undefined || !pointed.includes(color.field)) return [view];
    const { domain = [], range } = (strokeDash as JsonObject).scale as Record<'domain' | 'range', readonly unknown[]>;
    if (domain.length === 0) return [view];
    return domain.map((equal, i) => ({
      ...view,
      transform: [{ filter: { field: color.field, equal } }],
      mark: { ...(view.mark as JsonObject), strokeDash: range[i] },
      encoding: { ...encoding, color: { ...color, legend: { symbolStrokeWidth: 0 } } },
    }));
  });
}

/**
 * Charts over each other on shared axes, e.g. measured points over a roofline. Axis titles come from the charts; give
 * charts of one axis the same title.
 */
export function layer(charts: readonly Chart[], options: ChartText & ChartSize): Chart {
  checkCharts('layer', charts);
  return new Chart({ layer: underPoints(charts.flatMap(viewsOf)) }, options, options);
}

/** How to repeat a chart. */
export interface FacetOptions<R extends Row> extends ChartText, ChartSize {
  /** The field whose every value gets its own plot. */
  readonly by: { readonly field: keyof R & string; readonly title: string };
  /** Plots in a row. @default 2 */
  readonly columns?: number;
  /** Whether the plots share their axes. @default true */
  readonly sharedAxes?: boolean;
}

/**
 * The same chart once for each value of a field, side by side.
 * @param chart made from all rows; width and height of one plot come from the options, by default 310 x 220
 */
export function facet<R extends Row>(chart: Chart, options: FacetOptions<R>): Chart {
  const { data, width: _width, height: _height, ...view } = chart.view;
  const area = { width: options.width ?? 310, height: options.height ?? 220 };
  const resolve = options.sharedAxes === false ? { resolve: { scale: { x: 'independent', y: 'independent' } } } : {};
  const columns = options.columns ?? 2;
  const spec = { ...area, ...view };
  const { values } = data as { values: readonly Row[] };
  const order = distinct(values, options.by.field);
  const by = { field: escapeField(options.by.field), title: options.by.title, type: 'nominal', sort: order };
  return new Chart({ data, facet: by, columns, spec, ...resolve }, options, {
    width: area.width * Math.min(columns, order.length),
  });
}

/** How to put charts beside each other. */
export interface RowOptions extends ChartText, ChartSize {
  /** Charts in a row. @default 2 */
  readonly columns?: number;
  /** Drag over points in one chart, and the same rows stand out in all charts. @default false */
  readonly linked?: boolean;
}

/** Charts beside each other, each with its own title; `linked` lets a selection in one show in all. */
export function beside(charts: readonly Chart[], options: RowOptions): Chart {
  checkCharts('beside', charts);
  const area = { width: options.width ?? 280, height: options.height ?? 260 };
  const columns = options.columns ?? 2;
  const views = charts.map((chart, index) => ({
    ...chart.view,
    ...area,
    title: chart.text.title,
    name: `view_${index}`,
  }));
  const top = { columns, resolve: { legend: { color: 'shared' } } };
  const total = { width: area.width * Math.min(columns, charts.length) };
  if (options.linked !== true) return new Chart({ ...top, concat: views }, options, total);
  const brush = { name: 'linked', select: { type: 'interval' }, views: views.map((view) => view.name) };
  return new Chart({ ...top, params: [brush], concat: views.map(withBrush) }, options, total);
}

/** In a layered view the marks answer the selection one by one; remarks drawn over the data stay as they are. */
function withBrush(view: JsonObject): JsonObject {
  if (Array.isArray(view.layer)) {
    throw new Error('beside: linked charts must be single views; leave out annotations, labels and bands.');
  }
  const opacity = { condition: { param: 'linked', value: 0.85 }, value: 0.12 };
  return { ...view, encoding: { ...(view.encoding as JsonObject), opacity } };
}
