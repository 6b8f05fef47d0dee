import { GRID, INK, line, SOFT, text } from './svg';

/** A plot's frame on the card. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One axis: where a value stands, and which values are written. */
export interface Axis {
  readonly title: string;
  readonly place: (value: number) => number;
  readonly ticks: readonly (readonly [number, string])[];
}

/** A logarithmic place for values from `low` to `high`, between two pixels. */
export function logarithmic(low: number, high: number, from: number, to: number): (value: number) => number {
  return (value) => from + ((Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))) * (to - from);
}

/** Grid, ticks and titles of both axes. */
export function axes(frame: Frame, x: Axis, y: Axis): string[] {
  const { left, top, right, bottom } = frame;
  const soft = { 'font-size': 12, fill: SOFT };
  return [
    ...x.ticks.flatMap(([value, name]) => [
      line([x.place(value), top], [x.place(value), bottom], { stroke: GRID }),
      text(x.place(value), bottom + 17, name, { ...soft, 'text-anchor': 'middle' }),
    ]),
    ...y.ticks.flatMap(([value, name]) => [
      line([left, y.place(value)], [right, y.place(value)], { stroke: GRID }),
      text(left - 8, y.place(value) + 4, name, { ...soft, 'text-anchor': 'end' }),
    ]),
    line([left, bottom], [right, bottom]),
    line([left, top], [left, bottom]),
    text((left + right) / 2, bottom + 38, x.title, { 'text-anchor': 'middle' }),
    text(left, top - 10, y.title, { fill: INK }),
  ];
}
