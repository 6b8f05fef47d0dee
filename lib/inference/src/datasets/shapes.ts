/**
 * What the generated pictures show: each class is a figure in the square [-1, 1] x [-1, 1], told as the signed distance
 * of a point from it (negative inside), or from its strokes.
 */
export type Figure = (x: number, y: number) => number;

const box = (x: number, y: number, w: number, h: number): number => Math.max(Math.abs(x) - w, Math.abs(y) - h);
const disc = (x: number, y: number, r: number): number => Math.hypot(x, y) - r;
const wave = (t: number): number => 0.16 - Math.abs((((t % 0.64) + 0.64) % 0.64) - 0.32);
const FRAME = 0.85;

/** Ten figures that differ in form only: place, size, turn and colours are drawn for each picture. */
export const shapes: Readonly<Record<string, Figure>> = {
  disc: (x, y) => disc(x, y, 0.75),
  ring: (x, y) => Math.abs(disc(x, y, 0.62)) - 0.18,
  square: (x, y) => box(x, y, 0.68, 0.68),
  triangle: (x, y) => Math.max(y - 0.6, 0.87 * Math.abs(x) - 0.5 * y - 0.42),
  plus: (x, y) => Math.min(box(x, y, FRAME, 0.2), box(x, y, 0.2, FRAME)),
  cross: (x, y) => Math.min(box(x + y, x - y, 1.15, 0.28), box(x + y, x - y, 0.28, 1.15)),
  'bars across': (x, y) => Math.max(box(x, y, FRAME, FRAME), wave(y)),
  'bars down': (x, y) => Math.max(box(x, y, FRAME, FRAME), wave(x)),
  chequers: (x, y) => Math.max(box(x, y, FRAME, FRAME), 0.12 * Math.sign(Math.sin(5.2 * x) * Math.sin(5.2 * y))),
  frame: (x, y) => Math.abs(box(x, y, 0.65, 0.65)) - 0.15,
};

type Point = readonly [number, number];
const arc = (cx: number, cy: number, rx: number, ry: number, from: number, to: number): Point[] =>
  Array.from({ length: 13 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 12) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });

/** Pen strokes of the digits 0 to 9; y points down. */
const strokes: readonly (readonly Point[])[][] = [
  [arc(0, 0, 0.5, 0.85, 0, 360)],
  [
    [
      [-0.3, -0.5],
      [0.05, -0.85],
      [0.05, 0.85],
    ],
  ],
  [[...arc(0, -0.4, 0.48, 0.45, -170, 40), [-0.5, 0.85], [0.55, 0.85]]],
  [arc(-0.05, -0.43, 0.48, 0.42, -150, 90), arc(-0.05, 0.42, 0.53, 0.43, -90, 150)],
  [
    [
      [0.25, 0.85],
      [0.25, -0.85],
      [-0.55, 0.3],
      [0.6, 0.3],
    ],
  ],
  [[[0.5, -0.85], [-0.35, -0.85], [-0.4, -0.1], ...arc(-0.02, 0.33, 0.52, 0.5, -130, 140)]],
  [
    [
      [0.3, -0.85],
      [-0.3, -0.1],
    ],
    arc(0, 0.38, 0.47, 0.47, 0, 360),
    [
      [-0.3, -0.1],
      [-0.47, 0.38],
    ],
  ],
  [
    [
      [-0.5, -0.85],
      [0.5, -0.85],
      [-0.15, 0.85],
    ],
  ],
  [arc(0, -0.43, 0.4, 0.42, 0, 360), arc(0, 0.43, 0.5, 0.43, 0, 360)],
  [
    arc(0, -0.38, 0.47, 0.47, 0, 360),
    [
      [0.47, -0.38],
      [0.4, 0.2],
      [0.15, 0.85],
    ],
  ],
];

function toSegment(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** Ten digits as pen strokes. */
export const digits: Readonly<Record<string, Figure>> = Object.fromEntries(
  strokes.map((lines, digit) => [
    `${digit}`,
    (x, y) => {
      let nearest = Infinity;
      for (const line of lines) {
        for (let i = 1; i < line.length; i++) nearest = Math.min(nearest, toSegment(x, y, line[i - 1], line[i]));
      }
      return nearest - 0.13;
    },
  ]),
);
