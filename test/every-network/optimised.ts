/**
 * Runs networks in TensorFlow's session with `TF_CPP_VMODULE=executor=1` set: its log on the standard error stream then
 * names every node of the optimised graph. A line `@@ NAME` stands before each network's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { backend, graph, models, nn, tf } from 'scalable-inference';
import { fillReference } from '../support/reference-weights';
import { BY_HAND, MEMBERS, SMALL } from './plan';

const announce = (name: string): void => void process.stderr.write(`\n@@ ${name}\n`);

/** Writes the graph without oneDNN's forms, as a card gets it, and computes with it. */
async function runPlain(name: string, traced: graph.Graph, inputs: tf.Tensor[]): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'optimised-'));
  try {
    await graph.saveSavedModel(traced, folder);
    announce(name);
    const native = backend.nativeBackend();
    const session = native.loadSavedModelMetaGraph(folder, 'serve');
    const names = graph.inputsOf(traced).map((input) => ({ name: `${input.name}:0` }));
    native.runSavedModel(session, inputs, names, ['output:0'])[0].dataSync();
    native.deleteSavedModel(session);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TEXT: ConstructorParameters<typeof models.DistilBertModel>[0] = {
  ...{ vocabulary: 30, positions: 8, hiddenSize: 8, layers: 2, heads: 2, intermediateSize: 12, activation: 'gelu' },
  ...{ epsilon: 1e-12, paddingIndex: 0, hiddenDropout: 0.1, attentionDropout: 0.1 },
};

async function texts(): Promise<void> {
  const [bert, distil] = [new models.BertModel({ ...TEXT, tokenTypes: 2 }), new models.DistilBertModel(TEXT)];
  const ids = tf.tensor2d([[5, 9, 29, 1, 0, 3], [7, 7, 0, 0, 0, 2]], undefined, 'int32'); // prettier-ignore
  for (const [name, net] of [
    ['bert', bert],
    ['distilbert', distil],
  ] as const) {
    const traced = graph.trace(fillReference(net), [1, 6]);
    await runPlain(name, traced, graph.inputsOf(traced).length === 1 ? [ids] : [ids, tf.onesLike(ids)]);
  }
}

/** Layer normalisation in oneDNN's form: what the log looks like where a processor's kernel is in it. */
async function withOneDnn(): Promise<void> {
  const norm = fillReference(new nn.LayerNorm({ features: 6 }));
  announce('with oneDNN');
  const run = await graph.compile(graph.trace(norm, [1, 4, 6]), { engine: 'tensorflow' });
  run.predict(tf.ones([1, 4, 6])).dataSync();
}

async function main(): Promise<void> {
  await backend.ready();
  for (const { name, size, channels = 3, build } of [...MEMBERS, ...BY_HAND, ...SMALL]) {
    const traced = graph.trace(fillReference(build(0)), [1, size, size, channels]);
    await runPlain(name, traced, [tf.ones([2, size, size, channels])]);
  }
  await texts();
  await withOneDnn();
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
