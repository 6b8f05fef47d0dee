import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { backend, models } from 'scalable-inference';
import { BY_HAND, MEMBERS, SMALL } from './plan';

/**
 * Kernels of TensorFlow 2.21 that only processors have. Its last pass, which runs for the processor's part of a graph
 * alone, writes `_MklNative...` and the few below in place of ordinary operations, so those say nothing of a card.
 */
const OF_THE_PROCESSORS_OWN_PASS = /^_Mkl(Native\w+|Transpose|BatchMatMulV2|MatMul|Softmax|Einsum|Conjugate\w+)$/;
const ONLY_ON_PROCESSORS = /^_(Mkl|FusedHardSwish|Quantized|Fused\w*GeluExact)/;

/** Names of the operations that ran, by network. */
async function operationsByNetwork(): Promise<Map<string, Set<string>>> {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0', TF_CPP_VMODULE: 'executor=1' };
  const program = ['--import', 'tsx', path.join(__dirname, 'optimised.ts')];
  const { stderr } = await promisify(execFile)(process.execPath, program, { env, maxBuffer: 2 ** 28 });
  return new Map(
    stderr
      .split(/^@@ /m)
      .slice(1)
      .map((part) => [
        part.slice(0, part.indexOf('\n')),
        new Set([...part.matchAll(/Process node: .*?\}\} = (\w+)\[/g)].map(([, op]) => op)),
      ]),
  );
}

const onlyOnProcessors = (operations: ReadonlySet<string>): string[] =>
  [...operations].filter((op) => ONLY_ON_PROCESSORS.test(op) && !OF_THE_PROCESSORS_OWN_PASS.test(op));

describe('the graph of every family of networks, as a card gets it', () => {
  it('has a member here of every family that is registered', () => {
    const names = [...MEMBERS, ...BY_HAND, ...SMALL].map(({ name }) => name.split(/[ ,]/)[0]);
    const families = new Set(names.map((name) => (models.list().includes(name) ? models.describe(name).family : name)));
    const missing = models.list().filter((name) => !families.has(models.describe(name).family));
    assert.deepEqual(
      missing,
      ['bert_base', 'distilbert_base'],
      'a family without a member; texts have some of their own',
    );
  });

  it('holds no operation that only processors have, after TensorFlow has optimised it', async function () {
    const { name } = await backend.ready();
    if (name !== 'tensorflow' || process.arch !== 'x64') this.skip();
    const ran = await operationsByNetwork();
    const control = ran.get('with oneDNN') ?? new Set();
    assert.deepEqual(onlyOnProcessors(control), ['_MklLayerNorm'], 'the log does not name the operations any more');
    ran.delete('with oneDNN');
    assert.equal(ran.size, MEMBERS.length + BY_HAND.length + SMALL.length + 2);
    for (const [network, operations] of ran) {
      assert.ok(operations.has('_Retval') && operations.size > 3, `nothing is known of ${network}`);
      assert.deepEqual(onlyOnProcessors(operations), [], network);
    }
  }).timeout(300_000);
});
