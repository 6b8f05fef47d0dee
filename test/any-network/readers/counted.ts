import { graph, measure, nn, tf } from 'scalable-inference';
import { inputsFor } from '../build';
import type { Spec } from '../parts';
import { equal, type Case } from './agree';

interface Operation {
  name: string;
  kernel(inputs: tf.Tensor[], attrs: Record<string, unknown>): tf.Tensor;
}

interface Work {
  macs: number;
  ptflops: number;
  fvcore: number;
}

const isOperation = (value: unknown): value is Operation =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && 'kernel' in value;

/** Complexity equals what an eager run, watched operation by operation, does; the formulas stand here on their own. */
export function counted({ net, spec }: Case): void {
  const batch = 2;
  const wanted = watch(net, spec, batch);
  for (const convention of measure.CONVENTIONS) {
    const got = measure.complexity(net, [batch, ...spec.input], { convention });
    equal(`${convention} counted`, got.macs, wanted[convention]);
    equal('uncounted', got.uncounted, []);
  }
  const tensors = new Set(
    net
      .namedSlots()
      .map(([, slot]) => slot)
      .filter(({ tensor }) => tensor.trainable)
      .map(({ tensor }) => tensor),
  );
  const parameters = [...tensors].reduce((sum, tensor) => sum + tensor.size, 0);
  equal('parameters counted', measure.complexity(net, [1, ...spec.input]).params, parameters);
  equal('parameterCount', net.parameterCount(), parameters);
  equal('traced nodes for two batch sizes', traced(net, [1, ...spec.input]), traced(net, [3, ...spec.input]));
}

const traced = (net: nn.Module, shape: number[]): string[] => graph.trace(net, shape).nodes.map(({ op }) => op);

function watch(net: nn.Module, spec: Spec, batch: number): Work {
  const total: Work = { macs: 0, ptflops: 0, fvcore: 0 };
  const operations = Object.values(nn.ops as Record<string, unknown>).filter(isOperation);
  const kernels = operations.map(({ kernel }) => kernel);
  const setKernel = (operation: Operation, kernel: Operation['kernel']): void =>
    void Object.defineProperty(operation, 'kernel', { value: kernel, enumerable: true, configurable: true });
  operations.forEach((operation, i) => {
    setKernel(operation, (inputs, attrs) => {
      const output = kernels[i].call(operation, inputs, attrs);
      const work = workOf(
        operation.name,
        inputs.map(({ shape }) => shape),
        output.shape,
        attrs,
      );
      for (const key of ['macs', 'ptflops', 'fvcore'] as const) total[key] += work[key];
      return output;
    });
  });
  try {
    tf.tidy(() => void net.forward(inputsFor(spec, batch)));
  } finally {
    operations.forEach((operation, i) => setKernel(operation, kernels[i]));
  }
  return total;
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function workOf(
  op: string,
  inputs: readonly number[][],
  output: readonly number[],
  attrs: Record<string, unknown>,
): Work {
  const [x, w] = inputs;
  const none = { macs: 0, ptflops: 0, fvcore: 0 };
  const size = product(output);
  const multiplyAdds = (macs: number, biased: boolean): Work => ({
    macs,
    ptflops: macs + (biased ? size : 0),
    fvcore: macs,
  });
  switch (op) {
    case 'conv2d':
      return multiplyAdds(size * product(w.slice(0, 3)), inputs.length > 2);
    case 'linear':
      return multiplyAdds(size * w[0], inputs.length > 2);
    case 'matmul':
      return multiplyAdds(size * x[attrs.transposeA ? x.length - 2 : x.length - 1], false);
    case 'batchNorm':
      return { ...none, fvcore: 2 * product(x) };
    case 'layerNorm':
      return { ...none, fvcore: 5 * product(x) };
    case 'globalAvgPool':
    case 'adaptiveAvgPool':
      return { ...none, fvcore: product(x) };
    default:
      return none;
  }
}
