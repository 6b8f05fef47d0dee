import assert from 'node:assert/strict';
import { backend, nn, prune, quantize, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { generate } from './generate';
import { childrenOf, type Part } from './parts';
import { roundingOf, same } from './readers/agree';
import { buildReference, direction, referenceInput, references, type Reference } from './reference';
import { torchProgram } from './torch';

const bytes = (hex: string, signed: boolean): number[] => {
  const buffer = Buffer.from(hex, 'hex');
  return [...(signed ? new Int8Array(buffer) : buffer)];
};

const normOf = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

/** Runs `body` on a network with the reference's weights, and frees it. */
function withNet(reference: Reference, body: (net: nn.Module, x: tf.Tensor) => void): void {
  const net = buildReference(reference.spec);
  try {
    tf.tidy(() => body(net, referenceInput(reference.spec)));
  } finally {
    net.dispose();
  }
}

/** Weights of convolutions and dense layers by name, each once. */
function weightsOf(net: nn.Module): Map<string, { module: nn.Module; tensor: tf.Tensor; layout: nn.Layout }> {
  const found = new Map<string, { module: nn.Module; tensor: tf.Tensor; layout: nn.Layout }>();
  const seen = new Set<tf.Tensor>();
  for (const [path, module] of net.namedModules()) {
    const slot =
      module instanceof nn.Conv2d || module instanceof nn.Linear ? module.parameterSlot('weight') : undefined;
    if (!slot || seen.has(slot.tensor)) continue;
    seen.add(slot.tensor);
    found.set(nn.joinPath(path, 'weight'), { module, ...slot });
  }
  return found;
}

describe('any network: as PyTorch computes it', () => {
  before(() => backend.ready());

  for (const reference of references()) {
    it(`network ${reference.spec.seed}`, () => {
      for (const compare of [output, names, gradients, pruned, quantizedWeights, quantizedOutput])
        withNet(reference, (net, x) => compare(reference, net, x));
    });
  }

  it('has reference values of every kind of part that is generated', () => {
    const kindsOf = (part: Part): string[] => [part.kind, ...childrenOf(part).flatMap(kindsOf)];
    const stored = new Set(references().flatMap(({ spec }) => kindsOf(spec.body)));
    const generated = Array.from({ length: 2000 }, (_, seed) => kindsOf(generate(seed).body)).flat();
    assert.deepEqual(
      [...new Set(generated)].filter((kind) => !stored.has(kind)),
      [],
    );
  });

  it('writes a network as a program', () => {
    const conv = { kind: 'conv', inputs: 2, outputs: 3, kernel: [1, 2], groups: 1, bias: false } as const;
    const body: Part = {
      kind: 'sequence',
      holder: 'named',
      parts: [
        { ...conv, stride: [1, 1], padding: [0, 1], dilation: [1, 1] },
        { kind: 'repeat', listed: true, times: 2, body: { kind: 'linear', inputs: 3, outputs: 3, bias: true } },
      ],
    };
    const program = torchProgram({ seed: 7, input: [4, 4, 2], body, scale: 'ordinary', dead: 0 });
    assert.deepEqual(program.split('\n').slice(0, 3), [
      'def network_7():',
      '    m0 = nn.Linear(3, 3, bias=True)',
      "    return nn.Sequential(OrderedDict([('layer0', Conv2d(2, 3, (1, 2), stride=(1, 1), padding=(0, 1), " +
        "dilation=(1, 1), groups=1, bias=False)), ('layer1', nn.Sequential(m0, m0))]))",
    ]);
  });
});

function output({ shape, output: wanted }: Reference, net: nn.Module, x: tf.Tensor): void {
  same('output', net.forward(x), tf.tensor(wanted, shape), roundingOf(net, x), 1e-5);
}

function names({ parameters, state }: Reference, net: nn.Module): void {
  assert.deepEqual(
    net.namedParameters().map(([name]) => name),
    parameters,
    'names of parameters',
  );
  assert.deepEqual(Object.keys(net.stateDict()), state, 'names of the state dict');
}

function gradients({ gradients: wanted }: Reference, net: nn.Module, x: tf.Tensor): void {
  const [got, moved] = [gradientsOf(net, x), gradientsOf(net, tf.mul(x, 1 + 2e-6))];
  const most = Math.max(...Object.values(wanted).map(([size]) => size));
  Object.entries(wanted).forEach(([name, [size, along, ...elements]], i) => {
    const rounding = normOf(got[name].map((value, at) => value - moved[name][at]));
    const allowed = 1e-4 * size + 20 * rounding + 1e-6 * most;
    const axis = direction(got[name].length, 1 + i);
    const product = got[name].reduce((sum, value, at) => sum + value * axis[at], 0);
    assertClose(normOf(got[name]), size, { absolute: allowed, what: `norm of the gradient of ${name}` });
    assertClose(product, along, { absolute: allowed * normOf([...axis]), what: `gradient of ${name}, a product` });
    if (elements.length > 0) assertClose(got[name], elements, { absolute: allowed, what: `gradient of ${name}` });
  });
}

/** Gradients of a direction of the output, in PyTorch's order of elements; zeros where there is none. */
function gradientsOf(net: nn.Module, x: tf.Tensor): Record<string, number[]> {
  const input = tf.variable(x);
  const layouts = new Map(net.namedSlots().map(([, { tensor, layout }]) => [tensor, layout]));
  const variables: Array<[string, tf.Variable]> = [['input', input], ...net.namedParameters()];
  const loss = (): tf.Scalar => {
    const y = net.forward(input);
    return tf.sum(tf.mul(y, tf.tensor(direction(y.size, 0), y.shape)));
  };
  const { grads } = tf.variableGrads(
    loss,
    variables.map(([, variable]) => variable),
  );
  const values = variables.map(([name, variable]) => {
    const gradient = grads[variable.name] ?? tf.zerosLike(variable);
    return [name, [...nn.toTorch(gradient, layouts.get(variable) ?? 'same')]];
  });
  input.dispose();
  return Object.fromEntries(values) as Record<string, number[]>;
}

function pruned({ pruned: wanted, shape }: Reference, net: nn.Module, x: tf.Tensor): void {
  if (!wanted) return;
  const weights = weightsOf(net);
  const references = [...weights.values()].map(({ module }): prune.ParameterRef => [module, 'weight']);
  prune.globalUnstructured(references, { method: 'l1', amount: 0.3 });
  const masks = [...weights].map(([name, { module, layout }]) => [
    name,
    nn.toTorch(module.tensor('weight_mask'), layout).join(''),
  ]);
  assert.deepEqual(Object.fromEntries(masks), wanted.masks, 'masks');
  assert.deepEqual(Object.keys(net.stateDict()), wanted.state, 'names of the pruned state dict');
  same('output of the pruned network', net.forward(x), tf.tensor(wanted.output, shape), roundingOf(net, x), 1e-5);
}

function quantizedWeights({ weights: wanted }: Reference, net: nn.Module): void {
  const weights = weightsOf(net);
  assert.deepEqual([...weights.keys()], Object.keys(wanted));
  for (const [name, { tensor, layout }] of weights) {
    const { scale, zeroPoint, scales, perTensor, perChannel } = wanted[name];
    const whole = new quantize.MinMaxObserver({ dtype: 'quint8', scheme: 'affine' });
    const axis = tensor.rank - 1;
    const channels = new quantize.PerChannelMinMaxObserver({ axis, dtype: 'qint8', scheme: 'symmetric' });
    for (const observer of [whole, channels]) observer.observe(tensor);
    sameParameters(name, whole.quantizationParameters(), { scale, zeroPoint });
    sameParameters(`channels of ${name}`, channels.quantizationParameters(), {
      scale: scales,
      zeroPoint: scales.map(() => 0),
    });
    const inTorchOrder = (q: { intRepr(): tf.Tensor }): number[] => [...nn.toTorch(q.intRepr(), layout)];
    const one = quantize.quantizePerTensor(tensor, { scale, zeroPoint, dtype: 'quint8' });
    assert.deepEqual(inTorchOrder(one), bytes(perTensor, false), `integers of ${name}`);
    const { zeroPoints } = channels.quantizationParameters();
    const each = quantize.quantizePerChannel(tensor, { scales, zeroPoints, axis, dtype: 'qint8' });
    assert.deepEqual(inTorchOrder(each), bytes(perChannel, true), `integers of the channels of ${name}`);
  }
}

const OBSERVERS = {
  minMax: () => new quantize.MinMaxObserver({ dtype: 'quint8' }),
  average: () => new quantize.MovingAverageMinMaxObserver({ dtype: 'qint8', averagingConstant: 0.1 }),
  histogram: () => new quantize.HistogramObserver({ dtype: 'quint8' }),
};

/** The stored output, so that each of its values is torch's own, seen one result after the other. */
function quantizedOutput({ output: values, shape, activations }: Reference): void {
  const y = tf.tensor(values, shape);
  for (const key of ['minMax', 'average', 'histogram'] as const) {
    const { scale, zeroPoint, integers, faked } = activations[key];
    const observer = OBSERVERS[key]();
    for (const one of tf.unstack(y)) observer.observe(one);
    sameParameters(`${key} of the output`, observer.quantizationParameters(), { scale, zeroPoint });
    const [dtype, min, max] = key === 'average' ? (['qint8', -128, 127] as const) : (['quint8', 0, 255] as const);
    const q = quantize.quantizePerTensor(y, { scale, zeroPoint, dtype });
    assert.deepEqual([...q.intRepr().dataSync()], bytes(integers, dtype === 'qint8'), `${key}: integers of the output`);
    const sum = quantize
      .fakeQuantize(y, { scale, zeroPoint, min, max })
      .dataSync()
      .reduce((a, b) => a + b, 0);
    assertClose(sum, faked, {
      relative: 1e-6,
      absolute: 1e-6 * scale * y.size,
      what: `${key}: sum of the rounded output`,
    });
  }
}

type Parameters = { scale: number | number[]; zeroPoint: number | number[] };

/** Scales are compared as the float32 that they are in PyTorch. */
function sameParameters(what: string, got: Parameters, wanted: Parameters): void {
  const floats = (scale: number | number[]): number[] => [scale].flat().map(Math.fround);
  assert.deepEqual(floats(got.scale), floats(wanted.scale), `scale, ${what}`);
  assert.deepEqual(got.zeroPoint, wanted.zeroPoint, `zero point, ${what}`);
}
