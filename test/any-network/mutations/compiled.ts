import { fault, type Area } from './mutation';

/** Graphs run by TensorFlow's session. */
export const SESSION: Area = {
  area: 'compiled, session',
  reader: 'compiled',
  mutations: [
    fault(
      'padding of a convolution swapped in the graph',
      'nn/ops/conv.js',
      'explicit_paddings: { ints: [0, 0, h, h, v, v, 0, 0] }',
      'explicit_paddings: { ints: [0, 0, v, v, h, h, 0, 0] }',
    ),
    fault(
      'dilation lost in the graph',
      'nn/ops/conv.js',
      'dilations: { ints: [1, ...dilation, 1] },',
      'dilations: { ints: [1, 1, 1, 1] },',
    ),
    fault(
      'stride of pooling taken from its window',
      'nn/ops/pooling.js',
      'strides: { ints: [1, ...attrs.stride, 1] },',
      'strides: { ints: [1, ...attrs.kernelSize, 1] },',
    ),
    fault(
      'transposed operand of a product forgotten',
      'nn/ops/matmul.js',
      'adj_y: { b: attrs.transposeB }',
      'adj_y: { b: false }',
    ),
    fault(
      'epsilon of the fused layer normalisation fixed',
      'graph/onednn/lowerings.js',
      'epsilon: { f: attrs.epsilon }',
      'epsilon: { f: 1e-5 }',
    ),
    fault(
      'GELU with a rounded constant in the graph',
      'nn/ops/activation.js',
      'scalar(emit, Math.SQRT1_2)',
      'scalar(emit, 0.7)',
    ),
    fault(
      'clampMax that takes the larger',
      'nn/ops/activation.js',
      "emit.node('Minimum', [x, scalar(emit, attrs.max)]",
      "emit.node('Maximum', [x, scalar(emit, attrs.max)]",
    ),
    fault('concat along the first axis', 'nn/ops/shape.js', 'emit.ints([attrs.axis], [])', 'emit.ints([0], [])'),
    fault(
      'mean that keeps its axes',
      'nn/ops/shape.js',
      'keep_dims: { b: attrs.keepDims },',
      'keep_dims: { b: true },',
    ),
    fault(
      'numbers of a graph shared by shape alone',
      'graph/savedmodel/graph-def.js',
      'this.once(`float ${shape.join()}: ${data[0]}`, make)',
      'this.once(`float ${shape.join()}`, make)',
    ),
    fault(
      'lists of integers shared by length',
      'graph/savedmodel/graph-def.js',
      'this.once(`int ${shape.join()}: ${values.join()}`',
      'this.once(`int ${shape.join()}`',
    ),
    fault(
      'bias that fusion adds is not zero',
      'graph/onednn/fuse.js',
      'new Float32Array(channels)',
      'new Float32Array(channels).fill(0.1)',
    ),
    fault(
      'activation lost where it is fused',
      'graph/onednn/fuse.js',
      'epilogue: [...done, name] } }',
      'epilogue: done } }',
    ),
  ],
};

/** Graphs run operation by operation, and what is folded before. */
export const PLAN: Area = {
  area: 'trace, folding, plan',
  reader: 'compiled',
  mutations: [
    fault(
      'epsilon missing where normalisation is folded',
      'graph/rewrite/fold-batch-norm.js',
      'Math.sqrt(variance[i] + epsilon)',
      'Math.sqrt(variance[i])',
    ),
    fault(
      'bias missing where normalisation is folded',
      'graph/rewrite/fold-batch-norm.js',
      '((biases?.[i] ?? 0) - mean[i])',
      '(0 - mean[i])',
    ),
    fault(
      'one factor for all channels where normalisation is folded',
      'graph/rewrite/fold-batch-norm.js',
      'values[row + c] * factor[c]',
      'values[row + c] * factor[0]',
    ),
    fault(
      'folded constants are zero',
      'graph/rewrite/fold-constants.js',
      'constantNode)(node, data, node.shape)',
      'constantNode)(node, data.map(() => 0), node.shape)',
    ),
    fault(
      'an input read twice counts once',
      'graph/rewrite/rewrite.js',
      'const inputs = node.inputs.map(copyOf);',
      'const inputs = [...new Set(node.inputs)].map(copyOf);',
    ),
    fault(
      'constants in a forward traced as ones',
      'graph/recorder.js',
      'constant: { data, shape: value.shape }',
      'constant: { data: data.map(() => 1), shape: value.shape }',
    ),
    fault(
      'parameters traced by their shape',
      'graph/recorder.js',
      'const owner = (module.parameterSlot(name) ?? module.bufferSlot(name))?.tensor ?? module;',
      'const owner = [...this.parameters.keys()].find((other) => other.shape?.join() === module.tensor(name).shape.join()) ?? module.parameterSlot(name)?.tensor ?? module.bufferSlot(name)?.tensor ?? module;',
    ),
    fault(
      'values released after their first reader',
      'graph/evaluate.js',
      'last.get(input) === node',
      'node.inputs.includes(input)',
    ),
    fault(
      'constants of a plan known by the names of parameters',
      'graph/rewrite/values.js',
      'const known = this.tensors.get(node);',
      'const known = [...this.tensors].find(([other]) => other.parameter && other.parameter.name === node.parameter?.name && other.shape.join() === node.shape.join())?.[1];',
    ),
    fault(
      'normalisation folded with the statistics of its neighbour',
      'graph/rewrite/fold-batch-norm.js',
      'const [mean, variance, scale, offset] = statistics.map(values_1.valueOf);',
      'const [variance, mean, scale, offset] = statistics.map(values_1.valueOf);',
    ),
    fault(
      'attributes of an operation fall back to the first use',
      'graph/evaluate.js',
      'kernel(inputs, node.attrs)',
      'kernel(inputs, ((0, ops_1.opOf)(node).first ??= node.attrs))',
    ),
  ],
};
