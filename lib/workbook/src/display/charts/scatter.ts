import { withAnnotations, type Annotation } from './annotations';
import { Chart, dataOf } from './chart';
import { checkChart, clean, distinct, escapeField, legend, position, tooltip } from './encode';
import { selection, type Selection } from './selection';
import type { Channel, ChartSize, ChartText, JsonObject, Row } from './spec';
import { LABEL_SIZE } from './theme';

const SHAPES_LIMIT = 6;

/** A scatter plot's fields. */
export interface ScatterOptions<R extends Row> extends ChartText, ChartSize {
  readonly x: Channel<R>;
  readonly y: Channel<R>;
  /** Categories get colours and shapes (so that the picture reads without colour); numbers a sequential scale. */
  readonly color?: Channel<R>;
  /** Area of the points. */
  readonly size?: Channel<R>;
  /** Text beside each point. */
  readonly label?: keyof R & string;
  /** More fields to show on hover, beside x, y, colour and size. */
  readonly hover?: readonly Channel<R>[];
  readonly annotations?: readonly Annotation[];
  readonly select?: Selection;
}

function encoding<R extends Row>(rows: readonly R[], options: ScatterOptions<R>, opacity: JsonObject): JsonObject {
  const color = options.color as Channel | undefined;
  const colorDef = color && legend(rows, color, 'scatter color');
  const few = color !== undefined && distinct(rows, color.field).length <= SHAPES_LIMIT;
  const categories = colorDef !== undefined && colorDef.type === 'nominal' && few;
  const size = options.size && legend(rows, options.size as Channel, 'scatter size');
  const hover = [...(options.hover ?? []), options.x, options.y, options.color, options.size];
  return clean({
    x: position(rows, options.x as Channel, 'scatter x', false),
    y: position(rows, options.y as Channel, 'scatter y', false),
    color: colorDef,
    shape: categories ? colorDef : undefined,
    size: size && { ...size, scale: { ...(size.scale as JsonObject | undefined), range: [40, 900] } },
    opacity,
    tooltip: tooltip(rows, hover as Channel[]),
  });
}

function labelLayer(field: string, points: JsonObject): JsonObject {
  const mark = { type: 'text', align: 'left', dx: 9, dy: -6, fontSize: LABEL_SIZE - 1, color: '#333333' };
  return { mark, encoding: { x: points.x, y: points.y, text: { field: escapeField(field) } } };
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
  return new Chart({ data, layer: [...layers, labelLayer(options.label, encoded)] }, options, options);
}
