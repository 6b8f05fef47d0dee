import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { checkpoint, graph, measure, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { readGolden } from '../support/golden';
import { inOnnxruntime } from '../support/onnxruntime';
import { referencePixels } from '../support/reference-weights';
import { describeWithShared, sharedPath } from '../support/shared';
import { hashed, type Json } from '../support/vit-folders';

interface Entries {
  [step: string]: Entries | Array<number | 'I64'>;
}
interface Case {
  kind: string;
  config: Json;
  entries: Entries;
  pixels?: number[];
  input_ids?: number[][];
  attention_mask?: number[][];
  token_type_ids?: number[][];
  parameters: number;
  logits: number[][];
}
const { cases } = readGolden<{ cases: Case[] }>('hugging-face-models.json');
const TOLERANCE = { absolute: 1e-4, relative: 1e-4 };
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Weights as hugging_face_models.py defines them. */
function valuesOf(name: string, shape: readonly number[]): Float32Array {
  const values = hashed(sizeOf(shape), name);
  if (shape.length >= 2) return values.map((v) => v * Math.fround(4 / Math.sqrt(sizeOf(shape.slice(1)))));
  return /(running_var|weight)$/.test(name) ? values.map((v) => v + 1) : values;
}

function sourcesOf(entries: Entries, at = ''): checkpoint.TensorSource[] {
  return Object.entries(entries).flatMap(([step, below]): checkpoint.TensorSource[] => {
    const name = `${at}${step}`;
    if (!Array.isArray(below)) return sourcesOf(below, `${name}.`);
    const shape = below.filter((n): n is number => n !== 'I64');
    if (below[0] !== 'I64')
      return [{ name, dtype: 'F32', shape, bytes: () => new Uint8Array(valuesOf(name, shape).buffer) }];
    return [{ name, dtype: 'I64', shape, bytes: () => new Uint8Array(8 * sizeOf(shape)) }];
  });
}

async function writeFolder(folder: string, { entries }: Pick<Case, 'entries'>, config: Json): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  await checkpoint.writeSafetensors(path.join(folder, 'model.safetensors'), sourcesOf(entries));
}

type Inputs = [first: tf.Tensor, ...more: tf.Tensor[]];

/** What `forward` is given; a mask that is left out before token types is null. */
function inputsOf({ pixels, ...tokens }: Case): Inputs {
  if (pixels) return [tf.tensor(hashed(sizeOf(pixels), 'pixels').map((v) => 2 * v), pixels)]; // prettier-ignore
  const { input_ids: ids = [], attention_mask: mask, token_type_ids: types } = tokens;
  const integers = (values?: number[][]): tf.Tensor | null => (values ? tf.tensor2d(values, undefined, 'int32') : null);
  return [integers(ids), integers(mask), integers(types)] as Array<tf.Tensor | null> as Inputs;
}

describe('checkpoint.fromHuggingFace: networks of transformers', () => {
  let root: string;
  before(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'hub-'))));
  after(() => rmSync(root, { recursive: true }));

  for (const [i, one] of cases.entries()) {
    it(`${one.kind} ${i}: logits of PyTorch, names and all`, async () => {
      const folder = path.join(root, `${i}`);
      await writeFolder(folder, one, one.config);
      const net = await checkpoint.fromHuggingFace(folder);
      assert.equal(net.parameterCount(), one.parameters);
      assert.deepEqual(net.ignored, []);
      assert.equal(net.labels.length, one.logits[0].length);
      const inputs = inputsOf(one);
      assertClose(net.forward(...inputs).dataSync(), one.logits.flat(), TOLERANCE);
      // What it is saved as loads again, so names and layouts are Hugging Face's both ways.
      await checkpoint.save(net, path.join(folder, 'model.safetensors'));
      const again = await checkpoint.fromHuggingFace(folder);
      assertClose(again.forward(...inputs).dataSync(), one.logits.flat(), TOLERANCE);
    });
  }

  // The first of each kind goes through the readers of graphs as well.
  const firsts = cases.filter(({ kind }, i) => cases.findIndex((each) => each.kind === kind) === i);
  for (const one of firsts) {
    it(`${one.kind} is counted, compiled and exported`, async () => {
      const folder = path.join(root, one.kind);
      await writeFolder(folder, one, one.config);
      const net = await checkpoint.fromHuggingFace(folder);
      const inputs = inputsOf(one).filter(Boolean) as Inputs;
      const shapes = inputs.map(({ shape }) => [1, ...shape.slice(1)]);
      assert.deepEqual(measure.complexity(net, shapes).uncounted, []);
      const run = await graph.compile(graph.trace(net, shapes));
      // Values left out, in front of others, cannot be told from those: only what comes first is given.
      if (!one.token_type_ids || one.attention_mask)
        assertClose(run.predict(...inputs).dataSync(), one.logits.flat(), TOLERANCE);
      run.dispose();
      const y = await inOnnxruntime(net, inputs, { folder: root, shape: shapes });
      if (!one.token_type_ids || one.attention_mask) assertClose(y.dataSync(), one.logits.flat(), TOLERANCE);
    });
  }

  const caseOf = (kind: string): Case => firsts.find((each) => each.kind === kind) as Case;
  const REFUSED: Array<[kind: string, change: Json, message: RegExp]> = [
    ['BertForSequenceClassification', { position_embedding_type: 'relative_key' }, /position_embedding_type must be 'absolute', got 'relative_key'/],
    ['BertForSequenceClassification', { is_decoder: true }, /is_decoder must be false, got true/],
    ['BertForSequenceClassification', { architectures: ['BertForTokenClassification'] }, /architectures must be 'BertForSequenceClassification', got 'BertForTokenClassification'/],
    ['BertForSequenceClassification', { hidden_act: 'mish' }, /hidden_act must be one of .*got 'mish'/],
    ['BertForSequenceClassification', { vocab_size: 10 ** 9 }, /word_embeddings\.weight: expected shape \[1000000000, /],
    ['BertForSequenceClassification', { num_hidden_layers: 10 ** 9 }, /missing \(1\): bert\.encoder\.layer\.999999999\./],
    ['BertForSequenceClassification', { quantization_config: { bits: 4 } }, /quantization_config must be/],
    ['BertForSequenceClassification', { pruned_heads: { 0: [1] } }, /pruned_heads must be empty/],
    ['BertForSequenceClassification', { pad_token_id: 99 }, /pad_token_id must be an integer from 0 to/],
    ['DistilBertForSequenceClassification', { n_heads: 5 }, /dim \d+ must be a multiple of n_heads 5/],
    ['ResNetForImageClassification', { layer_type: 'wide' }, /layer_type must be one of 'basic', 'bottleneck', got 'wide'/],
    ['ResNetForImageClassification', { depths: [1] }, /hidden_sizes must have a number for each of the 1 of depths/],
    ['ConvNextForImageClassification', { num_stages: 9 }, /num_stages must be \d, the length of depths, got 9/],
    ['SwinForImageClassification', { window_size: 5 }, /relative_position_bias_table: expected shape \[81, /],
    ['DeiTForImageClassification', { architectures: ['DeiTForImageClassificationWithTeacher'] }, /missing \(1\): cls_classifier\.weight/],
    ['MobileNetV2ForImageClassification', { depth_multiplier: 0 }, /depth_multiplier must be a finite number of at most 64|depth_multiplier must be/],
    ['MobileNetV2ForImageClassification', { model_type: 'mobilenet_v1' }, /model_type must be one of 'vit', .*'bert', .*got 'mobilenet_v1'/],
  ]; // prettier-ignore
  for (const [kind, change, message] of REFUSED) {
    it(`${kind} with ${JSON.stringify(change)} is refused by name`, async () => {
      const folder = path.join(root, 'refused');
      await writeFolder(folder, caseOf(kind), { ...caseOf(kind).config, ...change });
      await assert.rejects(checkpoint.fromHuggingFace(folder), message);
    });
  }

  it('reads the names that older files of BERT have, and leaves out what other heads need', async () => {
    const one = caseOf('BertForSequenceClassification');
    const folder = path.join(root, 'old');
    await writeFolder(folder, one, one.config);
    const named = sourcesOf(one.entries).map((source) => {
      const { name } = source;
      return { ...source, name: name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta') }; // prettier-ignore
    });
    const other = { dtype: 'F32', shape: [2], bytes: () => new Uint8Array(8) } as const;
    const extra = ['cls.predictions.bias', 'bert.embeddings.position_ids'].map((name) => ({ ...other, name }));
    await checkpoint.writeSafetensors(path.join(folder, 'model.safetensors'), [...named, ...extra]);
    const net = await checkpoint.fromHuggingFace(folder);
    assert.deepEqual([...net.ignored].sort(), ['bert.embeddings.position_ids', 'cls.predictions.bias']);
    assertClose(net.forward(...inputsOf(one)).dataSync(), one.logits.flat(), TOLERANCE);
    assert.throws(() => net.preprocess(tf.zeros([1, 2, 2, 3])), /takes token numbers/);
  });

  it('refuses a layer more than the config counts', async () => {
    const one = caseOf('DistilBertForSequenceClassification');
    const folder = path.join(root, 'more');
    await writeFolder(folder, one, one.config);
    const source = { dtype: 'F32', shape: [1], bytes: () => new Uint8Array(4) } as const;
    const more = { ...source, name: 'distilbert.transformer.layer.9.attention.q_lin.weight' };
    await checkpoint.writeSafetensors(path.join(folder, 'model.safetensors'), [...sourcesOf(one.entries), more]);
    await assert.rejects(checkpoint.fromHuggingFace(folder), /unexpected \(1\): distilbert\.transformer\.layer\.9/);
  });
});

interface SharedCase {
  pixels?: [number, number, number, number];
  seed?: number;
  input_ids?: number[][];
  attention_mask?: number[][];
  parameters: number;
  logits: number[][];
}

function sharedInputs({ pixels, seed, input_ids: ids = [], attention_mask: mask = [] }: SharedCase): Inputs {
  if (!pixels) return [tf.tensor2d(ids, undefined, 'int32'), tf.tensor2d(mask, undefined, 'int32')];
  const [batch, channels, height, width] = pixels;
  return [referencePixels([batch, height, width, channels], seed)];
}

describeWithShared('checkpoint.fromHuggingFace: shared checkpoints', 'golden/hf-bert', () => {
  const NAMES = ['hf-bert', 'hf-distilbert', 'hf-resnet', 'hf-convnext', 'hf-deit'];
  for (const name of NAMES) {
    it(name, async () => {
      const folder = sharedPath(`golden/${name}`);
      const stored = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as SharedCase;
      const net = await checkpoint.fromHuggingFace(folder);
      assert.equal(net.parameterCount(), stored.parameters);
      assertClose(net.forward(...sharedInputs(stored)).dataSync(), stored.logits.flat(), TOLERANCE);
    });
  }
});
