import assert from 'node:assert/strict';
import { models, nn, prune, tf } from 'scalable-inference';
import { referenceLinear, snapshot } from './support';

/** A call that must fail with a message, and leave the module as it was. */
type Mistake = [
  what: string,
  call: (linear: nn.Linear) => unknown,
  message: RegExp,
  prepare?: (linear: nn.Linear) => unknown,
];

const ones = (shape: number[]): tf.Tensor => tf.ones(shape);
const firstRow = (value: 0 | 1): tf.Tensor =>
  tf.tensor2d(
    Array.from({ length: 24 }, (_, i) => (i < 4 ? value : 1 - value)),
    [6, 4],
  );

const MISTAKES: Mistake[] = [
  [
    'an amount that is not a number',
    (m) => prune.l1Unstructured(m, 'weight', { amount: '0.3' as unknown as number }),
    /Invalid type for amount: 0\.3/,
  ],
  ['an amount of NaN', (m) => prune.l1Unstructured(m, 'weight', { amount: NaN }), /amount=NaN should either be/],
  [
    'an infinite amount',
    (m) => prune.randomUnstructured(m, 'weight', { amount: Infinity }),
    /amount=Infinity should either be/,
  ],
  ['a negative share', (m) => prune.randomUnstructured(m, 'weight', { amount: -0.1 }), /amount=-0\.1 should either be/],
  [
    'a share above one',
    (m) => prune.l1Unstructured(m, 'weight', { amount: { share: 2 } }),
    /amount=2 should either be/,
  ],
  [
    'half a value',
    (m) => prune.l1Unstructured(m, 'weight', { amount: { count: 2.5 } }),
    /amount=2\.5 should either be/,
  ],
  [
    'more channels than there are',
    (m) => prune.lnStructured(m, 'weight', { amount: 5, n: 1, dim: 'out' }),
    /amount=5 should be smaller than the number of parameters to prune=4/,
  ],
  [
    'a name that is a buffer',
    (m) => prune.l1Unstructured(m, 'weight_mask', { amount: 1 }),
    /not a parameter/,
    (m) => prune.identity(m, 'weight'),
  ],
  [
    'the original of a pruned tensor',
    (m) => prune.l1Unstructured(m, 'weight_orig', { amount: 1 }),
    /belongs to the pruned 'weight'/,
    (m) => prune.identity(m, 'weight'),
  ],
  [
    'a dimension below the first',
    (m) => prune.lnStructured(m, 'weight', { amount: 1, n: 1, dim: -3 }),
    /Invalid index -3/,
  ],
  [
    'a dimension that is no number',
    (m) => prune.randomStructured(m, 'weight', { amount: 1, dim: 'side' as 'in' }),
    /dim 'side'/,
  ],
  [
    'channels of a vector',
    (m) => prune.lnStructured(m, 'bias', { amount: 1, n: 1, dim: 0 }),
    /multidimensional tensors. Found tensor of shape torch.Size\(\[4\]\) with 1 dims/,
  ],
  ['a norm that is none', (m) => prune.lnStructured(m, 'weight', { amount: 1, n: NaN, dim: 0 }), /n=NaN should be/],
  [
    'a mask of another shape',
    (m) => prune.customFromMask(m, 'weight', { mask: ones([4, 6]) }),
    /shape \[6, 4\] of 'weight', got \[4, 6\]/,
  ],
  [
    'a mask with other numbers',
    (m) => prune.customFromMask(m, 'weight', { mask: tf.fill([6, 4], 0.5) }),
    /only 0 \(prune\) and 1 \(keep\), got 0\.5/,
  ],
  [
    'conflicting masks',
    (m) => prune.customFromMask(m, 'weight', { mask: firstRow(0) }),
    /masks conflict/,
    (m) => prune.customFromMask(m, 'weight', { mask: firstRow(1) }),
  ],
  [
    'scores of another shape',
    (m) => prune.l1Unstructured(m, 'weight', { amount: 1, importanceScores: ones([4]) }),
    /importance_scores should have the same shape/,
  ],
  [
    'scores that are not numbers',
    (m) => prune.l1Unstructured(m, 'weight', { amount: 1, importanceScores: tf.fill([6, 4], NaN) }),
    /importance_scores holds NaN/,
  ],
  [
    'weights that are not numbers',
    (m) => prune.randomUnstructured(m, 'weight', { amount: 1 }),
    /'weight' of Linear.* holds NaN at element 0/,
    (m) => m.parameterSlot('weight')?.tensor.assign(tf.fill([6, 4], NaN)),
  ],
  [
    'weights that are not numbers, globally',
    (m) =>
      prune.globalUnstructured(
        [
          [m, 'bias'],
          [m, 'weight'],
        ],
        { method: 'l1', amount: 1 },
      ),
    /holds NaN/,
    (m) => m.parameterSlot('weight')?.tensor.assign(tf.fill([6, 4], NaN)),
  ],
  [
    'weights that are all zero',
    (m) => prune.l1Unstructured(m, 'weight', { amount: 0.5 }),
    /All 24 values are zero/,
    (m) => m.parameterSlot('weight')?.tensor.assign(tf.zeros([6, 4])),
  ],
  [
    'channels that are all zero',
    (m) => prune.lnStructured(m, 'weight', { amount: 0.5, n: 2, dim: 0 }),
    /All 24 values are zero/,
    (m) => m.parameterSlot('weight')?.tensor.assign(tf.zeros([6, 4])),
  ],
  [
    'all weights zero, globally',
    (m) => prune.globalUnstructured([[m, 'weight']], { method: 'l1', amount: 0.5 }),
    /All 24 values are zero/,
    (m) => m.parameterSlot('weight')?.tensor.assign(tf.zeros([6, 4])),
  ],
  [
    'a tensor twice',
    (m) =>
      prune.globalUnstructured(
        [
          [m, 'weight'],
          [m, 'weight'],
        ],
        { method: 'l1', amount: 0.5 },
      ),
    /listed twice/,
  ],
  ['no tensors', () => prune.globalUnstructured([], { method: 'l1', amount: 0.5 }), /at least one/],
  [
    'channels globally',
    (m) => prune.globalUnstructured([[m, 'weight']], { method: new prune.LnStructured(1, 1, 0) }),
    /Only "unstructured" PRUNING_TYPE supported/,
  ],
  [
    'an unknown global method',
    (m) => prune.globalUnstructured([[m, 'weight']], { method: 'l3' as 'l1', amount: 1 }),
    /method 'l3' is not known/,
  ],
  ['a global amount left out', (m) => prune.globalUnstructured([[m, 'weight']], { method: 'l1' }), /expects an amount/],
  [
    'removing twice',
    (m) => prune.remove(m, 'weight'),
    /has to be pruned before pruning can be removed/,
    (m) => {
      prune.identity(m, 'weight');
      prune.remove(m, 'weight');
    },
  ],
];

describe('mistakes in pruning', () => {
  for (const [what, call, message, prepare] of MISTAKES) {
    it(`refuses ${what}, and changes nothing`, () => {
      const linear = referenceLinear();
      prepare?.(linear);
      const before = snapshot(linear);
      const tensors = tf.memory().numTensors;
      assert.throws(
        () => tf.tidy(() => void call(linear)),
        (error) => error instanceof prune.PruningError && message.test(error.message),
      );
      assert.equal(snapshot(linear), before);
      assert.ok(tf.memory().numTensors <= tensors + 1, 'only the cached masked weight may be new');
    });
  }

  it('prints modules as PyTorch does', () => {
    const text = (module: nn.Module): string => {
      try {
        prune.remove(module, 'weight');
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    assert.match(
      text(new nn.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5, padding: 2 })),
      /Conv2d\(1, 6, kernel_size=\(5, 5\), stride=\(1, 1\), padding=\(2, 2\)\)/,
    );
    assert.match(
      text(new nn.Conv2d({ inChannels: 4, outChannels: 8, kernelSize: 3, groups: 2, bias: false })),
      /Conv2d\(4, 8, kernel_size=\(3, 3\), stride=\(1, 1\), groups=2, bias=False\)/,
    );
    assert.match(text(models.create('lenet')), /LeNet\(\)/);
  });
});
