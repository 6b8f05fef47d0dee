import type { Channel, Row } from './spec';
import { LABEL_SIZE } from './theme';

/** Where a name stands beside its point: Vega's alignment and the shift of its middle line, in pixels. */
export interface Placement {
  readonly align: 'left' | 'right' | 'center';
  readonly dx: number;
  readonly dy: number;
}

/** A point on the plot with the name to be written beside it, in pixels from the plot's upper left corner. */
export interface NamedPoint {
  readonly x: number;
  readonly y: number;
  /** No name: a point that names of others must keep off. */
  readonly name?: string;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Width of a character and height of a line, at most: a page may use a wider font than the one asked for. */
const CHARACTER_WIDTH = LABEL_SIZE * 0.6;
const LINE_HEIGHT = LABEL_SIZE * 1.25;
const SWEEPS = 4;

const RIGHT = { align: 'left', side: 1 } as const;
const LEFT = { align: 'right', side: -1 } as const;
const MIDDLE = { align: 'center', side: 0 } as const;

/** Places around a point, the best first. */
const PLACES = [
  { ...RIGHT, lines: -0.5 },
  { ...LEFT, lines: -0.5 },
  { ...RIGHT, lines: 0.6 },
  { ...LEFT, lines: 0.6 },
  { ...MIDDLE, lines: -1.1 },
  { ...MIDDLE, lines: 1.2 },
  { ...RIGHT, lines: -1.4 },
  { ...LEFT, lines: -1.4 },
  { ...RIGHT, lines: 1.5 },
  { ...LEFT, lines: 1.5 },
] as const;

function boxOf({ x, y, name = '' }: NamedPoint, { align, dx, dy }: Placement): Box {
  const width = name.length * CHARACTER_WIDTH;
  const left = x + dx - { left: 0, center: width / 2, right: width }[align];
  const middle = y + dy;
  return { left, right: left + width, top: middle - LINE_HEIGHT / 2, bottom: middle + LINE_HEIGHT / 2 };
}

function shared(one: Box, other: Box): number {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/**
 * Places for the names of points, so that they cover each other and other points as little as may be, and stay inside.
 * @param radius of the points, in pixels
 * @returns a placement for each point that has a name, in their order
 */
export function placeLabels(points: readonly NamedPoint[], area: Area, radius: number): Placement[] {
  const places = PLACES.map(({ align, side, lines }): Placement => {
    const dy = side === 0 ? Math.sign(lines) * radius + lines * LINE_HEIGHT * 0.6 : lines * LINE_HEIGHT;
    return { align, dx: side * (radius + 3), dy };
  });
  const dots = points.map(({ x, y }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }));
  const named = points.map((point, at) => ({ point, at })).filter(({ point }) => point.name !== undefined);
  const chosen = named.map(() => 0);
  const boxAt = (at: number, place: number): Box => boxOf(named[at].point, places[place]);
  const cost = (at: number, place: number): number => {
    const box = boxAt(at, place);
    const whole = (box.right - box.left) * (box.bottom - box.top);
    const inside = { left: 0, right: area.width, top: 0, bottom: area.height };
    const onNames = named.map((_, other) => (other === at ? 0 : shared(box, boxAt(other, chosen[other]))));
    const onDots = dots.map((dot, other) => (other === named[at].at ? 0 : shared(box, dot)));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return 3 * sum(onNames) + 2 * sum(onDots) + 4 * (whole - shared(box, inside)) + place;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const at of named.keys()) {
      const costs = places.map((_, place) => cost(at, place));
      chosen[at] = costs.indexOf(Math.min(...costs));
    }
  }
  return chosen.map((place) => places[place]);
}

/**
 * Where an axis draws the rows, in pixels from its low end, as Vega does: numbers by their value within the rows' range
 * or the given domain, categories evenly.
 * @param padding pixels at both ends of an axis without a domain of its own
 */
export function axisPixels(
  rows: readonly Row[],
  channel: Channel,
  length: number,
  padding: number,
): (row: Row) => number {
  const values = [...new Set(rows.map((row) => row[channel.field]))];
  if (!values.every((value) => typeof value === 'number')) {
    return (row) => ((values.indexOf(row[channel.field]) + 0.5) / values.length) * length;
  }
  const measure = channel.scale === 'log' ? Math.log : (value: number) => value;
  const [first, last] = channel.domain ?? [];
  const ends = typeof first === 'number' && typeof last === 'number' ? [first, last] : values.filter(Number.isFinite);
  const [low, high] = [Math.min(...ends.map(measure)), Math.max(...ends.map(measure))];
  const room = channel.domain === undefined ? padding : 0;
  return (row) => room + ((measure(row[channel.field] as number) - low) / (high - low || 1)) * (length - 2 * room);
}
