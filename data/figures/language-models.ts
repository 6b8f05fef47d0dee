import { axes, logarithmic } from './axes';
import { SIZES, type PublishedSize } from './published';
import { BLUE, card, circle, diamond, ORANGE, SOFT, text } from './svg';

const FRAME = { left: 80, top: 72, right: 740, bottom: 380 };
const START = 2018;
const END = 2020.6;
const x = (date: number): number => FRAME.left + ((date - START) / (END - START)) * (FRAME.right - FRAME.left);
const y = logarithmic(40, 30_000, FRAME.bottom, FRAME.top);

const SMALL = 'DistilBERT';
const SOURCES = [...new Set(SIZES.map(({ source }) => source))];

function point({ name, date, params }: PublishedSize): string {
  if (name === SMALL) return diamond(x(date), y(params), 8, { fill: ORANGE });
  return circle(x(date), y(params), 6, { fill: BLUE });
}

function label({ name, date, params }: PublishedSize): string {
  const size = params >= 1000 ? `${Number((params / 1000).toFixed(1))} B` : `${params} M`;
  const style = name === SMALL ? { fill: ORANGE, 'font-weight': 'bold' } : { fill: BLUE, 'font-weight': 'normal' };
  // Where points stand close, their names part.
  const isLeft = name === 'Megatron-LM';
  const anchor = { 'text-anchor': isLeft ? 'end' : 'start' };
  const down = { ELMo: 20, GPT: -9 }[name] ?? 4;
  return text(x(date) + (isLeft ? -11 : 11), y(params) + down, `${name}, ${size}`, { ...style, ...anchor });
}

/** Sizes of language models over time, DistilBERT among them. */
export function languageModels(): string {
  const xAxis = {
    title: 'published',
    place: x,
    ticks: [2018, 2018.5, 2019, 2019.5, 2020].map(
      (date) => [date, date % 1 === 0 ? `January ${date}` : `July ${Math.floor(date)}`] as const,
    ),
  };
  const ticks = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];
  const yAxis = {
    title: 'parameters (millions)',
    place: y,
    ticks: ticks.map((value) => [value, value.toLocaleString('en-US')] as const),
  };
  const description = SIZES.map(
    ({ name, params, source, where }) => `${name}: ${params} million (${source}, ${where})`,
  ).join('; ');
  return card({ width: 760, height: 486, title: 'Language models grow, DistilBERT shrinks', description }, [
    ...axes(FRAME, xAxis, yAxis),
    ...SIZES.map(point),
    ...SIZES.map(label),
    ...[
      `Sources: ${SOURCES.slice(0, 5).join('; ')};`,
      `${SOURCES.slice(5).join('; ')} (Turing-NLG).`,
      'Largest published size of each, BERT in both. M: millions, B: billions of parameters.',
    ].map((words, index) => text(20, 440 + 16 * index, words, { 'font-size': 11.5, fill: SOFT })),
  ]);
}
