import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { nn, prune, type tf } from 'scalable-inference';

interface Step {
  kind: 'l1' | 'ln' | 'custom';
  amount?: number;
  n?: number | 'inf' | '-inf' | 'fro';
  dim?: number;
  mask?: number[];
  /** 1 where importance scores take the place of the values. */
  scores?: number;
  mask_after?: string;
  error?: string;
}

interface Cases {
  single: Array<{ shape: number[]; weight: number[]; scores: number[]; steps: Step[] }>;
  together: Array<{ shapes: number[][]; weights: number[][]; first_mask: string; amount: number; masks: string[] }>;
}

// Another file of that program may be named, to compare on more cases than are kept here.
const cases = JSON.parse(
  readFileSync(process.env.PRUNE_CASES ?? path.join(__dirname, 'fixtures/torch-cases.json'), 'utf8'),
) as Cases;

/** A module with one weight, stored as this library stores kernels and dense weights. */
class Holder extends nn.Module {
  constructor(
    readonly torchShape: number[],
    readonly values: number[],
  ) {
    super();
    this.registerParameter('weight', this.stored(values), this.layout);
  }

  get layout(): nn.Layout {
    return this.torchShape.length === 4 ? 'conv' : this.torchShape.length === 2 ? 'linear' : 'same';
  }

  stored(values: number[]): tf.Tensor {
    return nn.fromTorch(Float32Array.from(values), this.torchShape, this.layout);
  }

  forward(x: tf.Tensor): tf.Tensor {
    return x;
  }
}

const order = (n: Step['n']): prune.NormOrder =>
  n === 'inf' ? Infinity : n === '-inf' ? -Infinity : (n as number | 'fro');

function run(
  module: Holder,
  scores: number[],
  { kind, amount = 0, n, dim = 0, mask = [], scores: scored }: Step,
): void {
  if (kind === 'l1')
    prune.l1Unstructured(module, 'weight', { amount, ...(scored ? { importanceScores: module.stored(scores) } : {}) });
  else if (kind === 'ln') prune.lnStructured(module, 'weight', { amount, n: order(n), dim });
  else prune.customFromMask(module, 'weight', { mask: module.stored(mask) });
}

const maskText = (module: nn.Module): string => Array.from(module.stateDict().weight_mask.data).join('');

describe('masks against torch, with ties', () => {
  it(`composes ${cases.single.length} sequences of methods`, () => {
    for (const [i, { shape, weight, scores, steps }] of cases.single.entries()) {
      const module = new Holder(shape, weight);
      for (const [j, step] of steps.entries()) {
        const what = `case ${i}, shape [${shape.join(', ')}], step ${j}: ${JSON.stringify({ ...step, mask: undefined, mask_after: undefined })}`;
        if (step.error)
          assert.throws(
            () => run(module, scores, step),
            (error) => String(error) === step.error,
            what,
          );
        else {
          run(module, scores, step);
          assert.equal(maskText(module), step.mask_after, what);
        }
      }
      module.dispose();
    }
  });

  it(`prunes ${cases.together.length} groups of tensors as one`, () => {
    for (const { shapes, weights, first_mask: first, amount, masks } of cases.together) {
      const modules = shapes.map((shape, i) => new Holder(shape, weights[i]));
      if (first.includes('0'))
        prune.customFromMask(modules[0], 'weight', { mask: modules[0].stored(Array.from(first, Number)) });
      prune.globalUnstructured(
        modules.map((module) => [module, 'weight']),
        { method: 'l1', amount },
      );
      assert.deepEqual(modules.map(maskText), masks);
    }
  });
});
