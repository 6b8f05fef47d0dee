import assert from 'node:assert/strict';
import { models, nn, prune, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { fillReference, referencePixels } from '../support/reference-weights';
import { readGolden } from '../support/golden';
import { keys, referenceLinear, zeros } from './support';

interface Case {
  parameters: string[];
  buffers: string[];
  weight_mask?: number[][];
  weight_mask_sum?: number;
  bias_mask?: number[];
}

interface Lenet extends Case {
  zeros: Record<string, number>;
  total: number;
  logits: number[][];
}

interface Golden {
  weight: number[][];
  bias: number[];
  l1: Record<string, Case>;
  random: Record<string, Case>;
  ln_structured: Record<string, Case>;
  l1_bias: Case;
  errors: Record<string, string>;
  removed: Case;
  'iterated_l1_0.3_then_0.5': Case;
  'iterated_l1_0.3_then_ln_dim1_0.5': Case;
  lenet_before: Case;
  'lenet_global_0.2': Lenet;
  lenet_by_type: Lenet;
}

/** '1.0' is the share 1 in Python, which JavaScript's 1 is not. */
const amountOf = (text: string): prune.Amount => (text.includes('.') ? { share: Number(text) } : Number(text));

function check(module: nn.Module, expected: Case): void {
  assert.deepEqual(keys(module), { parameters: expected.parameters, buffers: expected.buffers });
  const state = module.stateDict();
  if (expected.weight_mask_sum !== undefined)
    assert.equal(
      Array.from(state.weight_mask.data).reduce((a, b) => a + b, 0),
      expected.weight_mask_sum,
    );
  if (expected.weight_mask) assert.deepEqual(Array.from(state.weight_mask.data), expected.weight_mask.flat());
  if (expected.bias_mask) assert.deepEqual(Array.from(state.bias_mask.data), expected.bias_mask);
}

describe('pruning as PyTorch prunes', () => {
  const golden = readGolden<Golden>('prune.json');
  const layers = ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'] as const;
  type Net = nn.Module & Record<(typeof layers)[number], nn.Conv2d | nn.Linear>;
  const lenet = (): Net => fillReference(models.create('lenet') as Net);

  it('starts from the same weights', () => {
    const { weight, bias } = referenceLinear().stateDict();
    assert.deepEqual(Array.from(weight.data), golden.weight.flat());
    assert.deepEqual(Array.from(bias.data), golden.bias);
  });

  it('prunes the smallest magnitudes', () => {
    for (const [amount, expected] of Object.entries(golden.l1))
      check(prune.l1Unstructured(referenceLinear(), 'weight', { amount: amountOf(amount) }), expected);
    check(prune.l1Unstructured(referenceLinear(), 'bias', { amount: 0.5 }), golden.l1_bias);
  });

  it('prunes as many at random', () => {
    for (const [amount, expected] of Object.entries(golden.random))
      check(prune.randomUnstructured(referenceLinear(), 'weight', { amount: amountOf(amount) }), expected);
  });

  it('prunes channels by norm', () => {
    for (const [name, expected] of Object.entries(golden.ln_structured)) {
      const [, n, dim, amount] = /^n(.+)_dim(\d)_(.+)$/.exec(name) as unknown as string[];
      const options = { amount: amountOf(amount), n: n === 'inf' ? Infinity : Number(n) };
      check(prune.lnStructured(referenceLinear(), 'weight', { ...options, dim: Number(dim) }), expected);
      check(prune.lnStructured(referenceLinear(), 'weight', { ...options, dim: dim === '0' ? 'out' : 'in' }), expected);
    }
  });

  it('prunes again what is left', () => {
    const once = (): nn.Linear => prune.l1Unstructured(referenceLinear(), 'weight', { amount: 0.3 });
    check(prune.l1Unstructured(once(), 'weight', { amount: 0.5 }), golden['iterated_l1_0.3_then_0.5']);
    check(
      prune.lnStructured(once(), 'weight', { amount: 0.5, n: 2, dim: 1 }),
      golden['iterated_l1_0.3_then_ln_dim1_0.5'],
    );
    check(prune.remove(once(), 'weight'), golden.removed);
  });

  it('prunes LeNet globally, with the logits of PyTorch', () => {
    const net = lenet();
    const expected = golden['lenet_global_0.2'];
    assert.deepEqual(keys(net), { parameters: golden.lenet_before.parameters, buffers: [] });
    prune.globalUnstructured(
      layers.map((name) => [net[name], 'weight']),
      { method: 'l1', amount: 0.2 },
    );
    check(net, expected);
    assert.deepEqual(Object.fromEntries(layers.map((name) => [name, zeros(net[name].weight)])), expected.zeros);
    assert.equal(
      layers.reduce((sum, name) => sum + net[name].weight.size, 0),
      expected.total,
    );
    assertClose(net.forward(referencePixels([2, 28, 28, 1])), tf.tensor2d(expected.logits), { absolute: 1e-5 });
  });

  it('prunes LeNet by type of layer', () => {
    const net = lenet();
    prune.apply(net, { types: [nn.Conv2d], method: 'l1', amount: 0.2 });
    prune.apply(net, { types: ['Linear'], method: 'random', amount: 0.4, seed: 1 });
    check(net, golden.lenet_by_type);
    assert.deepEqual(
      Object.fromEntries(layers.map((name) => [name, zeros(net[name].tensor('weight_mask'))])),
      golden.lenet_by_type.zeros,
    );
  });

  it('says what PyTorch says of mistakes, and changes nothing', () => {
    const mistakes: Record<string, (m: nn.Linear) => unknown> = {
      amount_above_one: (m) => prune.l1Unstructured(m, 'weight', { amount: 1.5 }),
      amount_negative: (m) => prune.l1Unstructured(m, 'weight', { amount: -1 }),
      amount_more_than_size: (m) => prune.l1Unstructured(m, 'weight', { amount: 25 }),
      not_pruned: (m) => prune.remove(m, 'weight'),
      no_such_name: (m) => prune.l1Unstructured(m, 'wieght', { amount: 0.2 }),
      bad_dim: (m) => prune.lnStructured(m, 'weight', { amount: 0.5, n: 2, dim: 5 }),
    };
    assert.deepEqual(Object.keys(mistakes), Object.keys(golden.errors));
    for (const [name, mistake] of Object.entries(mistakes)) {
      const module = referenceLinear();
      const before = module.weight;
      assert.throws(
        () => mistake(module),
        (error) => String(error) === golden.errors[name],
        name,
      );
      assert.deepEqual(keys(module), { parameters: ['weight', 'bias'], buffers: [] });
      assert.ok(before === (module.weight as tf.Tensor), name);
    }
  });
});
