import assert from 'node:assert/strict';

import { backend } from 'scalable-inference';
import { charts } from 'scalable-inference-workbook';

const AREA = { width: 600, height: 360 };
const text = { title: 'Names', caption: 'Which point is which?' };

interface Point extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** Boxes of the names that a chart writes, halos left out, from its picture: a name is a text that a row has. */
async function namesOf(chart: charts.Chart, names: readonly string[]): Promise<Map<string, [number, number]>> {
  const svg = await chart.svg();
  const found = new Map<string, [number, number]>();
  for (const [, anchor, x, y, words] of svg.matchAll(
    /<text [^>]*text-anchor="(\w+)" transform="translate\(([-\d.]+),([-\d.]+)\)"[^>]*>([^<]*)</g,
  )) {
    if (!names.includes(words)) continue;
    const width = words.length * 6.4;
    const left = Number(x) - { start: 0, middle: width / 2, end: width }[anchor as 'start' | 'middle' | 'end'];
    found.set(words, [left, Number(y)]);
  }
  return found;
}

function covering(found: ReadonlyMap<string, [number, number]>): string[] {
  const all = [...found].map(([name, [left, y]]) => ({ name, left, right: left + name.length * 6.4, y }));
  return all.flatMap((one, at) =>
    all
      .slice(at + 1)
      .filter((other) => Math.abs(other.y - one.y) < 10 && other.left < one.right - 2 && one.left < other.right - 2)
      .map((other) => `${one.name}, ${other.name}`),
  );
}

const draw = (points: readonly Point[], labelOnly?: readonly string[]): charts.Chart =>
  charts.scatter(points, {
    ...text,
    ...AREA,
    x: { field: 'x', title: 'x' },
    y: { field: 'y', title: 'y' },
    label: 'name',
    labelOnly,
  });

describe('names at the points of a chart', () => {
  it('cover no other name, also of points that nearly coincide, and stay inside', async () => {
    const points = [
      { name: 'efficientnet_v2_s', x: 15.3, y: 144 },
      { name: 'swin_t', x: 15.7, y: 138 },
      { name: 'resnet50', x: 15.9, y: 141 },
      { name: 'far right and long', x: 60, y: 100 },
      { name: 'top', x: 30, y: 200 },
      { name: 'bottom', x: 0, y: 0 },
    ];
    const names = points.map(({ name }) => name);
    const found = await namesOf(draw(points), names);
    assert.deepEqual([...found.keys()].sort(), [...names].sort());
    assert.deepEqual(covering(found), []);
    for (const [name, [left, y]] of found) {
      assert.ok(left >= 0 && left + name.length * 6.4 <= AREA.width + 2, `${name} at ${left}`);
      assert.ok(y >= 0 && y <= AREA.height + 2, `${name} at height ${y}`);
    }
  });

  it('cover no other name among forty points at random, twelve of them named', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = backend.randomStream(seed);
      const points = Array.from({ length: 40 }, (_, at) => ({
        name: `network_${at}`,
        x: random.uniform() * 100,
        y: random.uniform() * 100,
      }));
      const names = points.slice(0, 12).map(({ name }) => name);
      const found = await namesOf(draw(points, names), names);
      assert.equal(found.size, 12);
      assert.deepEqual(covering(found), [], `seed ${seed}`);
    }
  });

  it('stand beside categories, too, and leave out points that are not drawn', async () => {
    const rows = [
      { name: 'one', family: 'cnn', y: 1 },
      { name: 'two', family: 'transformer', y: 1 },
      { name: 'nowhere', family: 'cnn', y: NaN },
    ];
    const channels = { x: { field: 'family', title: 'family' }, y: { field: 'y', title: 'y' } } as const;
    const found = await namesOf(charts.scatter(rows, { ...text, ...channels, label: 'name' }), [
      'one',
      'two',
      'nowhere',
    ]);
    assert.deepEqual([...found.keys()].sort(), ['one', 'two']);
  });
});
