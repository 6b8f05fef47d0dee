import { arrow, BLUE, box, card, GREEN, lines, ORANGE, SOFT, text } from './svg';

interface Station {
  readonly x: number;
  readonly width: number;
  readonly words: readonly string[];
  readonly color: string;
}

const TOP = 140;
const HEIGHT = 70;
const MIDDLE = TOP + HEIGHT / 2;
/** Where weights and bias come in from. */
const SUPPLY = 58;
/** The way back into the next layer. */
const RETURN = 250;

/** The way of a value, left to right. */
const STATIONS: readonly Station[] = [
  { x: 122, width: 116, words: ['quantize', 'round(x / s + z)'], color: ORANGE },
  { x: 322, width: 130, words: ['multiply', 'int8 · int8'], color: GREEN },
  { x: 536, width: 118, words: ['add up', 'in int32'], color: GREEN },
  { x: 730, width: 146, words: ['requantize', 'round(m · sum + z)'], color: ORANGE },
  { x: 958, width: 116, words: ['dequantize', 's · (q − z)'], color: ORANGE },
];

function station({ x, width, words, color }: Station): string[] {
  return [
    box(x, TOP, width, HEIGHT, { stroke: color, 'stroke-width': 2, fill: '#ffffff' }),
    lines(x + width / 2, MIDDLE - 9, [words[0]], { 'font-weight': 'bold', fill: color }),
    lines(x + width / 2, MIDDLE + 13, [words[1]], { 'font-size': 12 }),
  ];
}

/** What travels between two stations: its type, above its arrow. */
function link(from: number, to: number, type: string, color: string): string[] {
  return [
    arrow([from + 4, MIDDLE], [to - 4, MIDDLE]),
    text((from + to) / 2, MIDDLE - 12, type, { 'text-anchor': 'middle', 'font-size': 12, fill: color }),
  ];
}

const NOTE =
  's: scale, z: zero point, both of the tensor that is written; q: the integer. m is the scale of the input times that of the weights, divided by s.';

/** Float in, quantized, multiplied and summed as integers, requantized for the next layer, dequantized at the end. */
export function quantizedPipeline(): string {
  const [quantize, multiply, add, requantize, dequantize] = STATIONS;
  const end = (one: Station): number => one.x + one.width;
  const back = `M${requantize.x + 73} ${TOP + HEIGHT + 4}V${RETURN}H${multiply.x + 65}V${TOP + HEIGHT + 5}`;
  const supply = (into: Station, words: string): string[] => [
    box(into.x, SUPPLY, into.width, 32, { stroke: SOFT, fill: '#ffffff' }),
    lines(into.x + into.width / 2, SUPPLY + 16, [words], { 'font-size': 12 }),
    arrow([into.x + into.width / 2, SUPPLY + 34], [into.x + into.width / 2, TOP - 3]),
  ];
  return card(
    {
      width: 1180,
      height: 336,
      title: 'Inference with 8-bit integers: where a value is a float, and where an integer',
      description:
        'A float32 input is quantized to int8; each layer multiplies int8 by int8 weights, adds the products up in ' +
        'int32, and requantizes the sum to int8 for the next layer; the last output is dequantized to float32.',
    },
    [
      box(306, 108, 584, 180, { stroke: '#c8c8c8', 'stroke-dasharray': '5 4', fill: '#f7faf8' }),
      text(878, 278, 'every layer works on integers', { 'text-anchor': 'end', 'font-size': 12, fill: GREEN }),
      ...STATIONS.flatMap(station),
      ...link(36, quantize.x, 'float32', BLUE),
      text(30, MIDDLE + 5, 'x', { 'text-anchor': 'end', 'font-style': 'italic' }),
      ...link(end(quantize), multiply.x, 'int8', GREEN),
      ...link(end(multiply), add.x, 'products', GREEN),
      ...link(end(add), requantize.x, 'int32', GREEN),
      ...link(end(requantize), dequantize.x, 'int8', GREEN),
      ...link(end(dequantize), 1146, 'float32', BLUE),
      text(1152, MIDDLE + 5, 'y', { 'font-style': 'italic' }),
      `<path d="${back}" fill="none" stroke="#222222" stroke-width="1.6" marker-end="url(#head)"/>`,
      text(595, RETURN - 8, 'int8: input of the next layer', { 'text-anchor': 'middle', 'font-size': 12, fill: GREEN }),
      ...supply(multiply, 'int8 weights'),
      ...supply(add, 'bias in int32'),
      text(20, 318, NOTE, { 'font-size': 12, fill: SOFT }),
    ],
  );
}
