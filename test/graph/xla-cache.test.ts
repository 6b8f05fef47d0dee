import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { backend } from 'scalable-inference';

const ROOT = path.resolve(__dirname, '../..');

interface Compiled {
  /** What was told of each compilation, in order. */
  states: string[];
  /** Results of the network for each weight, at two batch sizes, as one list. */
  values: number[][];
  /** Largest difference to the network itself. */
  difference: number;
}

/** Compiles one network for each number that its weights are made from, under XLA, in a process of its own. */
async function compileThere(variables: Record<string, string>, weights: readonly number[] = [1]): Promise<Compiled> {
  const script = `
    const { backend, graph, nn, tf } = require('scalable-inference');
    (async () => {
      await backend.ready();
      const states = [], values = [];
      let difference = 0;
      for (const weight of ${JSON.stringify(weights)}) {
        const net = new nn.Sequential([new nn.Linear({ inFeatures: 3, outFeatures: 2 }), new nn.ReLU()]).eval();
        for (const [name, parameter] of net.namedParameters())
          parameter.assign(tf.reshape(tf.add(tf.sin(tf.range(0, parameter.size)), weight), parameter.shape));
        const run = await graph.compile(graph.trace(net, [1, 3]), { xla: true, onXla: ({ batch, state }) => states.push(state + ' ' + batch) });
        values.push([]);
        for (const batch of [2, 1, 2]) {
          const x = tf.reshape(tf.linspace(-1, 2, batch * 3), [batch, 3]);
          const [y, expected] = [run.predict(x), net.forward(x)];
          values.at(-1).push(...y.dataSync());
          difference = Math.max(difference, tf.max(tf.abs(tf.sub(y, expected))).dataSync()[0]);
        }
        run.dispose();
      }
      console.log(JSON.stringify({ states, values, difference }));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Compiled;
}

const sizes = (folder: string): number[] => readdirSync(folder).map((name) => statSync(path.join(folder, name)).size);

const prefixOf = (folder: string): string => readdirSync(folder)[0].split('__')[0];

describe("XLA's programs on disk", () => {
  let folder = '';
  before(async function () {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'xla-cache-')), 'kept', 'xla');
    if ((await backend.ready()).name === 'tensorflow') return;
    console.log("        skipped: needs TensorFlow's addon");
    this.skip();
  });
  after(() => rmSync(path.resolve(folder, '../..'), { recursive: true, force: true }));

  it('serve later processes, each for its own batch size and weights, with the same bits', async () => {
    const first = await compileThere({ SCALABLE_INFERENCE_XLA: folder });
    assert.deepEqual(first.states, ['compiling 2', 'compiled 2', 'compiling 1', 'compiled 1']);
    assert.equal(sizes(folder).length, 2);
    const second = await compileThere({ SCALABLE_INFERENCE_XLA: folder }, [1, 5, 1]);
    assert.deepEqual(
      second.states.filter((state) => !state.startsWith('compiling')),
      ['loaded 2', 'loaded 1', 'compiled 2', 'compiled 1', 'loaded 2', 'loaded 1'],
      'the third network is the first one again',
    );
    assert.equal(sizes(folder).length, 4);
    assert.deepEqual(second.values[0], first.values[0]);
    assert.deepEqual(second.values[2], first.values[0]);
    assert.notDeepEqual(second.values[1], first.values[0]);
    for (const { difference } of [first, second]) assert.ok(difference < 1e-5, String(difference));
  });

  it('stay below the bound: the oldest go', async () => {
    const most = Math.max(...sizes(folder)) * 2;
    const { values, difference } = await compileThere(
      { SCALABLE_INFERENCE_XLA: folder, SCALABLE_INFERENCE_XLA_BYTES: String(most) },
      [7],
    );
    assert.ok(difference < 1e-5 && values[0].length === 10);
    const left = sizes(folder);
    assert.ok(left.length > 0 && left.reduce((a, b) => a + b) <= most, `${left.join()} of at most ${most}`);
    const TF_XLA_FLAGS = `--tf_xla_persistent_cache_directory=${folder} --tf_xla_persistent_cache_device_types=GPU,CPU`;
    const flags = { TF_XLA_FLAGS: `${TF_XLA_FLAGS} --tf_xla_persistent_cache_prefix=${prefixOf(folder)}` };
    const { states } = await compileThere({ SCALABLE_INFERENCE_XLA: folder, ...flags }, [7]);
    assert.ok(states.includes('loaded 1'), 'the newest were kept, and a child process of this one finds them');
  });

  it('are not kept where the folder cannot be written, or none is named; the network computes all the same', async () => {
    const file = path.join(path.dirname(folder), 'file');
    writeFileSync(file, '');
    const inFile = await compileThere({ SCALABLE_INFERENCE_XLA: path.join(file, 'xla') });
    assert.deepEqual(inFile.states, ['compiling 2', 'compiled 2', 'compiling 1', 'compiled 1']);
    const none = await compileThere({ SCALABLE_INFERENCE_XLA: '' });
    assert.ok(none.difference < 1e-5);
    assert.ok(!existsSync(path.join(ROOT, 'xla')));
  });
});
