/** A picture drawn as text: shapes on a white card, readable on a white page and on a dark one. */

export const INK = '#222222';
export const SOFT = '#5c5c5c';
export const GRID = '#e4e4e4';
/** Okabe and Ito's colours, darkened where text stands in them. */
export const BLUE = '#0072b2';
export const ORANGE = '#b35900';
export const GREEN = '#00704f';

/** A number for an attribute: at most two decimals, so that the file is the same on every machine. */
export const at = (value: number): string => String(Number(value.toFixed(2)));

const escape = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? at(value) : value}"`,
  );
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], more: Attributes = {}): string {
  return element('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], stroke: INK, ...more });
}

/** An arrow with its head at `to`. */
export function arrow(from: readonly [number, number], to: readonly [number, number], more: Attributes = {}): string {
  return line(from, to, { 'stroke-width': 1.6, 'marker-end': 'url(#head)', ...more });
}

export function box(x: number, y: number, width: number, height: number, more: Attributes = {}): string {
  return element('rect', { x, y, width, height, rx: 6, fill: 'none', stroke: INK, ...more });
}

export function circle(x: number, y: number, r: number, more: Attributes = {}): string {
  return element('circle', { cx: x, cy: y, r, fill: INK, ...more });
}

/** A square standing on its tip: told from a circle without colour. */
export function diamond(x: number, y: number, r: number, more: Attributes = {}): string {
  const path = `M${at(x)} ${at(y - r)}L${at(x + r)} ${at(y)}L${at(x)} ${at(y + r)}L${at(x - r)} ${at(y)}Z`;
  return element('path', { d: path, fill: INK, ...more });
}

/** A line of text; `text-anchor` says which end stands at x. */
export function text(x: number, y: number, words: string, more: Attributes = {}): string {
  return element('text', { x, y, 'font-size': 13, fill: INK, ...more }, escape(words));
}

/** Lines of text below each other, the middle of the block at y. */
export function lines(x: number, y: number, words: readonly string[], more: Attributes = {}): string {
  const first = y - (words.length - 1) * 8.5 + 4.5;
  return words.map((part, index) => text(x, first + 17 * index, part, { 'text-anchor': 'middle', ...more })).join('\n');
}

/** What a picture is besides its shapes. */
export interface Card {
  readonly width: number;
  readonly height: number;
  /** Its name, and what a screen reader says of it. */
  readonly title: string;
  readonly description: string;
}

const HEAD =
  '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">' +
  `<path d="M0 0L10 5L0 10Z" fill="${INK}"/></marker></defs>`;

/** The whole file. */
export function card({ width, height, title, description }: Card, shapes: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="Helvetica Neue, Helvetica, Arial, sans-serif">
<title>${escape(title)}</title>
<desc>${escape(description)}</desc>
${HEAD}
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#ffffff" stroke="#d0d0d0"/>
${text(20, 32, title, { 'font-size': 16, 'font-weight': 'bold' })}
${shapes.join('\n')}
</svg>
`;
}
