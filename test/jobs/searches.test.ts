import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { checkpoint, datasets, measure, models, prune, quantize, tf } from 'scalable-inference';
import { processEngine, queueEngine, runJobs, type JobKind, type Json } from 'scalable-inference-jobs';
import { searchFloor, sensitivity, survey, type SurveyRow } from 'scalable-inference-jobs/kinds';
import { redisProgram, TestRedis } from './support/redis';
import { TestWorker } from './support/worker';

const NETWORK = { name: 'lenet', seed: 1 } as const;
const DIGITS = { set: 'generated', size: 28, channels: 1, style: 'digits' } as const;
const PICTURES = { ...DIGITS, count: 200, split: 'test' } as const;
const CALIBRATION = { ...DIGITS, count: 64, split: 'train' } as const;
/** Few, so that layers differ in what they do. */
const BITS = 3;

const drawn = ({ set: _, ...options }: typeof PICTURES | typeof CALIBRATION): datasets.PictureDataset =>
  datasets.generated(options);

/** Pictures as networks without a preprocessing of their own take them: bytes times 1/255, in float32. */
function* inputs(set: datasets.PictureDataset): Generator<{ x: tf.Tensor4D; positions: Uint32Array; dispose(): void }> {
  const plain: checkpoint.Preprocessing = { size: null, filter: 'bilinear', rescale: 1 / 255, normalize: null };
  for (let first = 0; first < set.count; first += 100) {
    const positions = Uint32Array.from({ length: Math.min(100, set.count - first) }, (_, i) => first + i);
    const bytes = [...positions].map((position) => Array.from(set.picture(position)));
    const x = checkpoint.preprocess(tf.tensor(bytes.flat(), [positions.length, ...set.shape]), plain);
    yield { x, positions, dispose: () => x.dispose() };
  }
}

/** Accuracy without any of the room of jobs. */
function accuracy(net: { forward(x: tf.Tensor): tf.Tensor }, set: datasets.PictureDataset): number {
  let right = 0;
  for (const { x, positions, dispose } of inputs(set)) {
    const told = tf.tidy(() => tf.argMax(net.forward(x), 1).dataSync());
    positions.forEach((position, i) => void (right += told[i] === set.label(position) ? 1 : 0));
    dispose();
  }
  return right / set.count;
}

/** A work in this process, one job after the other. */
async function here<Q extends Json, R>(kind: JobKind<Q, R>, request: Q): Promise<R> {
  const opened = await kind.open(request);
  const live = { signal: new AbortController().signal, onUnits: () => undefined };
  const parts = new Map<string, Uint8Array>();
  for (const { id, input } of opened.jobs) parts.set(id, await opened.execute(input, live));
  const joined = await opened.join(async (id) => parts.get(id) as Uint8Array);
  await opened.dispose();
  return joined;
}

describe('scans and searches in jobs', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'searches-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const scan = { network: NETWORK, pictures: PICTURES, levels: [0, 0.6, 0.95] };
  const scanned = async (): Promise<prune.SensitivityRow[]> => {
    const net = models.create(NETWORK.name, { seed: NETWORK.seed }).eval();
    const set = drawn(PICTURES);
    const rows = await prune.sensitivity(net, { levels: scan.levels, evaluate: (copy) => accuracy(copy, set) });
    net.dispose();
    return rows;
  };

  it('a sensitivity scan has the rows of prune.sensitivity, on processes', async () => {
    const expected = await scanned();
    assert.ok(new Set(expected.map(({ score }) => score)).size > 1, 'all scores are the same: nothing is compared');
    const rows = await runJobs(sensitivity, scan, { folder, engine: processEngine({ workers: 2 }) });
    assert.deepEqual(rows, expected);
  });

  (redisProgram ? it : it.skip)('and through a queue', async () => {
    const redis = await new TestRedis().start();
    const worker = new TestWorker(redis);
    try {
      const engine = queueEngine({ url: redis.url, password: redis.password });
      const rows = await runJobs(sensitivity, scan, { folder, engine, say: () => undefined });
      assert.deepEqual(rows, await scanned());
    } finally {
      await worker.end();
      await redis.stop();
    }
  });

  it('a search under a floor finds what quantize.convertWithFloor does, however far it looks ahead', async () => {
    const net = models.create(NETWORK.name, { seed: NETWORK.seed }).eval();
    const prepared = quantize.prepare(net, { weights: { bits: BITS } });
    quantize.calibrate(prepared, inputs(drawn(CALIBRATION)));
    const set = drawn(PICTURES);
    const evaluate: quantize.FloorOptions['evaluate'] = (model) => accuracy(model, set);
    const floor = accuracy(net, set);
    const { model, ...expected } = await quantize.convertWithFloor(prepared, { floor, evaluate });
    const layers = quantize.layerSensitivity(prepared);
    model.dispose();
    prepared.dispose();
    net.dispose();
    assert.ok(expected.trials.length > 2, 'the search is over before it has to choose');
    const request = {
      network: NETWORK,
      pictures: PICTURES,
      calibration: CALIBRATION,
      prepare: { weights: { bits: BITS } },
    };
    const alone = await searchFloor(request, { floor, run: here });
    assert.deepEqual(alone, { ...expected, layers });
    const rounds: string[] = [];
    const engine = processEngine({ workers: 2 });
    const together = await searchFloor(request, {
      floor,
      ahead: 4,
      run: (kind, step, name) => {
        rounds.push(name);
        return runJobs(kind, step, { folder: path.join(folder, name), engine });
      },
    });
    assert.deepEqual(together, alone);
    assert.ok(rounds.length <= expected.trials.length, rounds.join());
    await assert.rejects(
      searchFloor(request, { floor: 1.5, ahead: 16, run: here }),
      /Even with all 5 layers in float the score is .*, below the floor of 1.5: lower the floor/,
    );
  });

  it('a survey counts as one process does, and keeps each time with what it was measured on', async () => {
    const networks = ['efficientnet_b1', 'lenet'];
    const options = { folder, engine: processEngine({ workers: 1 }) };
    const rows = await runJobs(survey, { networks, repeats: 2 }, options);
    const counted = (shape: number[], name: string): Omit<SurveyRow, 'time' | 'accuracy'> => {
      const net = models.create(name, { seed: 0 });
      const { params, macs, activations, bytes } = measure.complexity(net, shape, { convention: 'macs' });
      net.dispose();
      return { model: name, shape, params, macs, activations, bytes };
    };
    assert.deepEqual(
      rows.map(({ time: _, ...row }) => row),
      [
        { ...counted([1, 240, 240, 3], 'efficientnet_b1'), accuracy: 79.838 },
        { ...counted([1, 28, 28, 1], 'lenet'), accuracy: null },
      ],
    );
    for (const { time } of rows) {
      assert.equal(time?.samplesMs.length, 2);
      assert.ok(time.medianMs > 0 && time.threads >= 1 && time.processor !== '' && time.engine !== '');
    }
    assert.deepEqual(await runJobs(survey, { networks, repeats: 2 }, options), rows, 'the second run measures again');
    const unmeasured = rows.map((row) => ({ ...row, time: null }));
    assert.deepEqual(await here(survey, { networks, repeats: 0 }), unmeasured);
    await assert.rejects(
      here(survey, { networks: ['bert_base'] }),
      /bert_base takes texts: a survey is of networks that take pictures\./,
    );
  });
});
