import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { graph, models, nn, tf } from 'scalable-inference';
import { fillReference, referencePixels } from '../support/reference-weights';
import { readGolden } from '../support/golden';

/** What torchvision's network answered; see reference.py. */
interface Reference {
  model: string;
  seed: number;
  /** [batch, channels, height, width] */
  input: [number, number, number, number];
  params: number;
  /** SHA-256 of names and shapes, in order; or these themselves. */
  entries: string | Array<[string, number[]]>;
  /** First ten of each picture. */
  logits: number[][];
  norm: number;
}

/** Some hundred million weights are filled. */
const MOST_MS = 600_000;

/**
 * Of larger networks the names, shapes and counts are compared alone, for each has a smaller relative by the same
 * constructor. `EVERY_NETWORK=1` computes them all.
 */
const MOST_PARAMETERS = process.env.EVERY_NETWORK ? Infinity : 90e6;
const FAMILY_OF_ONE_SIZE = 'vgg11';

const hash = (entries: unknown): string => createHash('sha256').update(JSON.stringify(entries)).digest('hex');

function checkEntries(net: nn.Module, { entries, params }: Reference): void {
  assert.equal(net.parameterCount(), params);
  const own = net
    .namedSlots()
    .filter(([, slot]) => !('integer' in slot && slot.integer))
    .map(([name, { tensor, layout }]) => [name, nn.torchShape(tensor.shape, layout)]);
  if (typeof entries === 'string') assert.equal(hash(own), entries, 'names, order or shapes of the entries differ');
  else assert.deepEqual(own, entries);
}

function checkLogits(net: nn.Module, { input: [batch, channels, height, width], seed, logits, norm }: Reference): void {
  const x = referencePixels([batch, height, width, channels], seed);
  const before = tf.memory().numTensors;
  const y = net.forward(x);
  const rows = y.arraySync() as number[][];
  y.dispose();
  assert.equal(tf.memory().numTensors, before, 'forward kept tensors');
  x.dispose();
  const difference = Math.hypot(...logits.flatMap((row, b) => row.map((value, k) => value - rows[b][k])));
  assert.ok(difference <= 1e-4 * norm, `logits differ by ${difference}, norm ${norm}`);
  const length = Math.hypot(...rows.flat());
  assert.ok(Math.abs(length - norm) <= 1e-4 * norm, `norm ${length}, expected ${norm}`);
}

function checkModel(name: string, rows: readonly Reference[]): void {
  const net = models.create(name, { seed: 0 });
  checkEntries(net, rows[0]);
  if (rows[0].params > MOST_PARAMETERS && name !== FAMILY_OF_ONE_SIZE) return net.dispose();
  let seed: number | null = null;
  for (const row of rows) {
    if (row.seed !== seed) fillReference(net, row.seed);
    seed = row.seed;
    checkLogits(net, row);
    const [batch, channels, height, width] = row.input;
    assert.deepEqual(graph.trace(net, [batch, height, width, channels]).output.shape, [
      batch,
      row.logits[0].length === 10 && name !== 'lenet' ? 1000 : 10,
    ]);
  }
  net.dispose();
}

describe('models against torchvision, at sizes and seeds of our own', () => {
  const { rows } = JSON.parse(readFileSync(path.join(__dirname, 'reference.json'), 'utf8')) as { rows: Reference[] };
  const names = [...new Set(rows.map(({ model }) => model))];

  it('covers every registered model that torchvision has', () => {
    assert.deepEqual(
      [...names].sort(),
      models.list().filter((name) => models.table().some(({ model }) => model === name)),
    );
  });
  it('agrees with the published parameter counts', () => {
    const counts = new Map(rows.map(({ model, params }) => [model, params]));
    for (const { model, weights, params, registered } of models.table()) {
      if (!registered || weights.includes('SWAG_E2E')) continue; // those have more positions
      const net = models.create(model, model === 'googlenet' ? { auxLogits: false } : {}); // published without
      assert.equal(net.parameterCount(), params, model);
      net.dispose();
      if (model !== 'googlenet') assert.equal(counts.get(model), params, model);
    }
  });
  for (const name of names)
    it(name, () =>
      checkModel(
        name,
        rows.filter(({ model }) => model === name),
      ),
    ).timeout(MOST_MS);
});

describe('models against the reference values at 224x224', () => {
  const golden = readGolden<Record<string, Omit<Reference, 'model'>>>('forward.json');
  for (const [name, row] of Object.entries(golden))
    it(name, () => checkModel(name, [{ model: name, ...row }])).timeout(MOST_MS);
});
