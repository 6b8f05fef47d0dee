import { got, integer } from '../../check';
import { roundHalfEven } from '../../rounding';

/** A size that depends on the picture's own: the ratio of its edges is kept, and fractions of pixels are cut off. */
export type FlexibleSize =
  /** The shorter edge gets that length; where the longer one would pass its own limit, that decides. */
  | { readonly shortestEdge: number; readonly longestEdge?: number }
  /** The largest size within both. */
  | { readonly maxHeight: number; readonly maxWidth: number };

/** Edges beyond would fill memory before a network sees the picture. */
const LONGEST_EDGE = 16_384;
/** Limits of an edge, in pixels. */
export const EDGE = { min: 1, max: LONGEST_EDGE };

const KEYS = ['height,width', 'shortest_edge', 'longest_edge,shortest_edge', 'max_height,max_width'];

function record(value: unknown, square: boolean): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === 'number') return square ? { height: value, width: value } : { shortest_edge: value };
  if (Array.isArray(value)) return value.length === 2 ? { height: value[0], width: value[1] } : undefined;
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/**
 * Reads a size as Hugging Face's image processors write it: a number, [height, width], { height, width },
 * { shortest_edge }, { shortest_edge, longest_edge } or { max_height, max_width }, all in pixels.
 *
 * @param name of the field, for messages
 * @param square whether a lone number means both edges, or the shorter one
 */
export function edges(
  value: unknown,
  name: string,
  { square }: { square: boolean },
): readonly [number, number] | FlexibleSize {
  const given = record(value, square);
  const keys = Object.keys(given ?? {}).filter((key) => given?.[key] !== null);
  if (!given || !KEYS.includes([...keys].sort().join())) {
    throw new Error(
      `${name} must be a number, { height, width }, { shortest_edge }, { shortest_edge, longest_edge } or ` +
        `{ max_height, max_width }, got ${got(value)}.`,
    );
  }
  for (const key of keys) integer(`${name}.${key}`, given[key], EDGE);
  const { height, width, shortest_edge, longest_edge, max_height, max_width } = given as Record<string, number>;
  if (keys.includes('height')) return [height, width];
  if (keys.includes('max_height')) return { maxHeight: max_height, maxWidth: max_width };
  return keys.includes('longest_edge')
    ? { shortestEdge: shortest_edge, longestEdge: longest_edge }
    : { shortestEdge: shortest_edge };
}

/** Size of a picture whose shorter edge gets that length, and the longer one its own limit where there is one. */
export function byShortestEdge(
  height: number,
  width: number,
  shortestEdge: number,
  longestEdge?: number,
): [number, number] {
  const [short, long] = [Math.min(height, width), Math.max(height, width)];
  const most = longestEdge !== undefined && (long / short) * shortestEdge > longestEdge;
  const exact = most ? (longestEdge * short) / long : shortestEdge;
  const edge = roundHalfEven(exact);
  if (longestEdge !== undefined && short === edge) return [height, width];
  const other = Math.trunc((exact * long) / short);
  return width <= height ? [other, edge] : [edge, other];
}

/**
 * Height and width that a picture is resized to; the arithmetic is that of transformers, whose fractions are cut off.
 *
 * @throws where a long thin picture would become longer than any memory
 */
export function resizedSize(
  [height, width]: readonly [number, number],
  size: readonly [number, number] | FlexibleSize,
): readonly [number, number] {
  const target = targetSize(height, width, size);
  if (target.every((n) => n >= 1 && n <= LONGEST_EDGE)) return target;
  throw new Error(
    `A picture of ${height}x${width} pixels would be resized to ${target.join('x')}: edges must be 1 to ` +
      `${LONGEST_EDGE} pixels long. Crop it first.`,
  );
}

function targetSize(
  height: number,
  width: number,
  size: readonly [number, number] | FlexibleSize,
): readonly [number, number] {
  if ('shortestEdge' in size) return byShortestEdge(height, width, size.shortestEdge, size.longestEdge);
  if (!('maxHeight' in size)) return size;
  const scale = Math.min(size.maxHeight / height, size.maxWidth / width);
  return [Math.trunc(height * scale), Math.trunc(width * scale)];
}
