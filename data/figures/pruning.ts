import { BLUE, card, circle, line, ORANGE, SOFT, text } from './svg';

/** Neurons in each layer. */
const LAYERS = [4, 6, 6, 3];
const GAP = 95;
const TOP = 92;
const TALL = 250;

interface Neuron {
  readonly x: number;
  readonly y: number;
}

interface Weight {
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

function neuron(left: number, layer: number, index: number): Neuron {
  const step = TALL / 6;
  const first = TOP + (TALL - (LAYERS[layer] - 1) * step) / 2;
  return { x: left + layer * GAP, y: first + index * step };
}

/** Numbers of a fixed sequence between -1 and 1: the same picture every time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * 2 - 1;
  };
}

function weights(): Weight[] {
  const next = sequence(7);
  return LAYERS.slice(1).flatMap((count, layer) =>
    Array.from({ length: LAYERS[layer] }, (_, from) =>
      Array.from({ length: count }, (__, to) => ({ layer, from, to, value: next() })),
    ).flat(),
  );
}

const SHARE = 0.6;

/** The smallest weights by size, over the whole network, are cut. */
function cut(all: readonly Weight[]): Set<Weight> {
  const sorted = [...all].sort((one, two) => Math.abs(one.value) - Math.abs(two.value));
  return new Set(sorted.slice(0, Math.round(SHARE * all.length)));
}

function network(left: number, kept: readonly Weight[]): string[] {
  const edges = kept.map(({ layer, from, to, value }) => {
    const [one, two] = [neuron(left, layer, from), neuron(left, layer + 1, to)];
    const style = { stroke: value > 0 ? BLUE : ORANGE, 'stroke-width': 0.4 + 2.6 * Math.abs(value) };
    return line([one.x, one.y], [two.x, two.y], { ...style, 'stroke-opacity': 0.75 });
  });
  const nodes = LAYERS.flatMap((count, layer) =>
    Array.from({ length: count }, (_, index) => {
      const { x, y } = neuron(left, layer, index);
      return circle(x, y, 10, { fill: '#ffffff', stroke: '#222222', 'stroke-width': 1.6 });
    }),
  );
  return [...edges, ...nodes];
}

/** A small network with all of its weights, and with the smallest set to zero. */
export function pruning(): string {
  const all = weights();
  const gone = cut(all);
  const left = all.filter((weight) => !gone.has(weight));
  const description = `Of ${all.length} weights the ${gone.size} smallest are set to zero and not drawn; ${left.length} stay.`;
  return card({ width: 760, height: 412, title: 'Pruning sets the smallest weights to zero', description }, [
    text(202, 68, `before: ${all.length} weights`, { 'text-anchor': 'middle', 'font-weight': 'bold' }),
    text(577, 68, `after: ${left.length} weights, ${gone.size} zeros`, {
      'text-anchor': 'middle',
      'font-weight': 'bold',
    }),
    ...network(60, all),
    ...network(435, left),
    line([365, 217], [408, 217], { 'stroke-width': 2, 'marker-end': 'url(#head)' }),
    text(
      20,
      374,
      'The thicker a line, the larger the weight; blue: positive, orange: negative. Lines of zero weights are not drawn:',
      {
        'font-size': 12,
        fill: SOFT,
      },
    ),
    text(20, 392, 'they are still stored and multiplied, unless the software knows about them.', {
      'font-size': 12,
      fill: SOFT,
    }),
  ]);
}
