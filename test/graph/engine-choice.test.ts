import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(__dirname, '../..');

interface Compiled {
  engine: string;
  reason?: string;
  /** Milliseconds until it was compiled. */
  took: number;
  /** Largest difference to what the network itself gives, over the largest value. */
  difference: number;
}

interface Stored {
  engine: string;
  batch: number;
  ms: Record<string, number>;
}

/** Compiles a network with weights, offsets and statistics that are not trivial, in a process of its own. */
async function compileThere(
  file: string,
  { load = 0, shapes = [[2, 33, 31, 3]], option = 'auto', channels = 8 } = {},
): Promise<Compiled[]> {
  const script = `
    require('node:os').loadavg = () => [${load}, 0, 0];
    const { backend, graph, nn, tf } = require('scalable-inference');
    class Net extends nn.Module {
      conv = new nn.Conv2d({ inChannels: 3, outChannels: ${channels}, kernelSize: 3, stride: 2, padding: 1, seed: 1 });
      norm = new nn.BatchNorm2d({ numFeatures: ${channels} });
      forward(x) { return nn.functional.relu(this.norm.forward(this.conv.forward(x))); }
    }
    (async () => {
      await backend.ready();
      const net = new Net().eval();
      const state = net.stateDict();
      for (const [name, value] of Object.entries(state))
        value.data.forEach((old, i) => { value.data[i] = name.includes('Var') || name.includes('var') ? 0.5 + (i % 7) / 5 : old + Math.sin(i + name.length); });
      net.loadStateDict(state);
      const compiled = [];
      for (const shape of ${JSON.stringify(shapes)}) {
        const start = performance.now();
        const run = await graph.compile(graph.trace(net, shape), { engine: ${JSON.stringify(option)} });
        const took = performance.now() - start;
        const x = tf.randomNormal([5, ...shape.slice(1)]);
        const [y, expected] = [run.predict(x), net.forward(x)];
        const difference = tf.div(tf.max(tf.abs(tf.sub(y, expected))), tf.max(tf.abs(expected))).dataSync()[0];
        compiled.push({ engine: run.engine, reason: run.reason, took, difference });
        run.dispose();
      }
      console.log(JSON.stringify(compiled));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    cwd: ROOT,
    env: { ...process.env, SCALABLE_INFERENCE_BACKEND: '', SCALABLE_INFERENCE_ENGINES: file },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Compiled[];
}

const stored = (file: string): Array<[string, Stored]> =>
  Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Stored>);

describe('the faster of two engines', () => {
  let folder = '';
  let file = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'engine-choice-'));
    file = path.join(folder, 'engines.json');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is measured once for a network and batch, remembered, and gives what the network gives', async () => {
    const shapes = [
      [2, 33, 31, 3],
      [2, 33, 31, 3],
      [1, 33, 31, 3],
    ];
    const [first, again, other] = await compileThere(file, { shapes });
    for (const { engine, difference } of [first, again, other]) {
      assert.match(engine, /^(tensorflow|onnxruntime)$/);
      assert.ok(difference < 1e-5, `${engine} differs by ${difference}`);
    }
    assert.match(first.reason ?? '', /^measured at batch 2: tensorflow [\d.]+ ms, onnxruntime [\d.]+ ms$/);
    assert.deepEqual([again.engine, again.reason], [first.engine, first.reason]);
    assert.match(other.reason ?? '', /^measured at batch 1: /);
    assert.equal(stored(file).length, 2);
    for (const [, { engine, ms }] of stored(file)) {
      const winner = ms.onnxruntime < 0.95 * ms.tensorflow ? 'onnxruntime' : 'tensorflow';
      assert.equal(engine, winner);
    }
  });

  it('comes from the file in another process, whatever it says', async () => {
    for (const engine of ['onnxruntime', 'tensorflow']) {
      const changed = stored(file).map(([signature]) => [
        signature,
        { engine, batch: 2, ms: { tensorflow: 3, onnxruntime: 4 } },
      ]);
      writeFileSync(file, JSON.stringify(Object.fromEntries(changed)));
      const [compiled] = await compileThere(file);
      assert.equal(compiled.engine, engine);
      assert.equal(compiled.reason, 'measured at batch 2: tensorflow 3.00 ms, onnxruntime 4.00 ms');
      assert.ok(compiled.difference < 1e-5);
    }
  });

  it('is measured anew for other channels, and where the file holds something else', async () => {
    const [compiled] = await compileThere(file, { channels: 9 });
    assert.doesNotMatch(compiled.reason ?? '', /3\.00 ms/);
    for (const rubbish of [
      '{',
      '[]',
      'null',
      '{"a": 1}',
      JSON.stringify({ [stored(file)[0][0]]: { engine: 'abacus' } }),
    ]) {
      writeFileSync(file, rubbish);
      const [again] = await compileThere(file);
      assert.match(again.reason ?? '', /^measured at batch 2: /, rubbish);
    }
  });

  it('is not stored by a busy machine, nor where the file cannot be written', async () => {
    const busy = path.join(folder, 'busy.json');
    const [first, again] = await compileThere(busy, {
      load: 1e6,
      shapes: [
        [2, 33, 31, 3],
        [2, 33, 31, 3],
      ],
    });
    assert.equal(first.reason, again.reason, 'this process remembers it');
    assert.throws(() => readFileSync(busy), /ENOENT/);
    const [compiled] = await compileThere(path.join(file, 'below-a-file.json'));
    assert.match(compiled.reason ?? '', /^measured at/);
  });

  it("is not asked for by engine: 'fixed'", async () => {
    const [compiled] = await compileThere(file, { option: 'fixed' });
    assert.deepEqual([compiled.engine, compiled.reason], ['tensorflow', undefined]);
  });
});
