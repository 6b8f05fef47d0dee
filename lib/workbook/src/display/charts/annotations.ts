import { INK as INKS, LABEL_SIZE } from './theme';
import type { JsonObject } from './spec';

/** Something drawn over the data: a line at a value, a sloped line, a remark at a point. */
export type Annotation =
  | { readonly kind: 'rule'; readonly axis: 'x' | 'y'; readonly value: number | string; readonly label?: string }
  | {
      readonly kind: 'segment';
      readonly from: readonly [number, number];
      readonly to: readonly [number, number];
      readonly label?: string;
    }
  | { readonly kind: 'note'; readonly x: number | string; readonly y: number | string; readonly text: string };

/** A line across the plot at one value of an axis, e.g. an expected accuracy. */
export function rule(options: { axis: 'x' | 'y'; value: number | string; label?: string }): Annotation {
  return { kind: 'rule', ...options };
}

/** A straight line between two points given in data units, e.g. the diagonal "as predicted". */
export function segment(options: {
  from: readonly [number, number];
  to: readonly [number, number];
  label?: string;
}): Annotation {
  return { kind: 'segment', ...options };
}

/** A remark at a point given in data units. */
export function note(options: { x: number | string; y: number | string; text: string }): Annotation {
  return { kind: 'note', ...options };
}

const ONE_ROW: JsonObject = { values: [{}] };
const INK = INKS.caption;

function labels(text: string, encoding: JsonObject, placement: JsonObject): JsonObject[] {
  return withHalo({ type: 'text', fontSize: LABEL_SIZE, color: INK, text, ...placement }, { data: ONE_ROW, encoding });
}

/** Text that may stand on data: once in white with a broad edge, then in its colour. */
export function withHalo(mark: JsonObject, view: JsonObject): JsonObject[] {
  const halo = { ...mark, color: 'white', stroke: 'white', strokeWidth: 4, strokeJoin: 'round' };
  return [
    { ...view, mark: halo },
    { ...view, mark },
  ];
}

function ruleLayers(annotation: Extract<Annotation, { kind: 'rule' }>): JsonObject[] {
  const at = { datum: annotation.value };
  const line = { type: 'rule', color: INK, strokeDash: [6, 4], strokeWidth: 1.5 };
  const layers: JsonObject[] = [{ data: ONE_ROW, mark: line, encoding: { [annotation.axis]: at } }];
  if (annotation.label === undefined) return layers;
  const placement =
    annotation.axis === 'y' ? { x: 'width', align: 'right', dy: -7, dx: -4 } : { y: 0, align: 'left', dx: 5, dy: 8 };
  return [...layers, ...labels(annotation.label, { [annotation.axis]: at }, placement)];
}

function segmentLayers(annotation: Extract<Annotation, { kind: 'segment' }>): JsonObject[] {
  const [[x, y], [x2, y2]] = [annotation.from, annotation.to];
  const line = { type: 'rule', color: INK, strokeDash: [6, 4], strokeWidth: 1.5 };
  const encoding = { x: { datum: x }, y: { datum: y }, x2: { datum: x2 }, y2: { datum: y2 } };
  const layers: JsonObject[] = [{ data: ONE_ROW, mark: line, encoding }];
  if (annotation.label === undefined) return layers;
  const end = { x: { datum: x2 }, y: { datum: y2 } };
  return [...layers, ...labels(annotation.label, end, { align: 'right', dx: -6, dy: -8 })];
}

/** Vega-Lite layers that draw the annotations. */
function annotationLayers(annotations: readonly Annotation[] = []): JsonObject[] {
  return annotations.flatMap((annotation) => {
    if (annotation.kind === 'rule') return ruleLayers(annotation);
    if (annotation.kind === 'segment') return segmentLayers(annotation);
    const at = { x: { datum: annotation.x }, y: { datum: annotation.y } };
    return labels(annotation.text, at, { align: 'left', dx: 8, dy: -8 });
  });
}

/** The view alone, or under its annotations. */
export function withAnnotations(
  view: JsonObject,
  data: JsonObject,
  annotations: readonly Annotation[] = [],
): JsonObject {
  const over = annotationLayers(annotations);
  return over.length === 0 ? { data, ...view } : { data, layer: [view, ...over] };
}
