import assert from 'node:assert/strict';
import { backend, nn, prune, tf } from 'scalable-inference';
import { assertClose } from '../support/close';
import { generate } from './generate';
import { childrenOf, type Part } from './parts';
import { roundingOf, same } from './readers/agree';
import { buildReference, direction, referenceInput, references, type Reference } from './reference';
import { torchProgram } from './torch';
import { quantizedOutput, quantizedWeights, weightsOf } from './torch-integers';

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
    const allowed = 1e-4 * size + 20 * rounding + 5e-6 * most;
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
  const cut = (): void => prune.globalUnstructured(references, { method: 'l1', amount: 0.3 });
  // A choice among zeros alone is refused, where PyTorch takes any.
  if ([...weights.values()].every(({ tensor }) => tf.max(tf.abs(tensor)).dataSync()[0] === 0))
    return assert.throws(cut, /values are zero, so none is less important/);
  cut();
  const masks = [...weights].map(([name, { module, layout }]) => [
    name,
    nn.toTorch(module.tensor('weight_mask'), layout).join(''),
  ]);
  assert.deepEqual(Object.fromEntries(masks), wanted.masks, 'masks');
  assert.deepEqual(Object.keys(net.stateDict()), wanted.state, 'names of the pruned state dict');
  same('output of the pruned network', net.forward(x), tf.tensor(wanted.output, shape), roundingOf(net, x), 1e-5);
}
