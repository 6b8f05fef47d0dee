import { fault, type Area } from './mutation';

const SIZE = '(0, definition_1.sizeOf)';

/** Complexity in all conventions. */
export const COUNTS: Area = {
  area: 'counts',
  reader: 'counted',
  mutations: [
    fault('width of a kernel counted as its height', 'nn/ops/conv.js', 'w[0] * w[1] * w[2]', 'w[0] * w[0] * w[2]'),
    fault(
      'bias of a convolution not counted for ptflops',
      'nn/ops/conv.js',
      `ptflops: macs + (b ? ${SIZE}(output) : 0)`,
      'ptflops: macs',
    ),
    fault(
      'outputs of a dense layer counted for inputs',
      'nn/ops/linear.js',
      `${SIZE}(x) * w[1]`,
      `${SIZE}(output) * w[1]`,
    ),
    fault(
      'bias of a dense layer not counted for ptflops',
      'nn/ops/linear.js',
      `ptflops: macs + (b ? ${SIZE}(output) : 0)`,
      'ptflops: macs',
    ),
    fault(
      'matrix product counted by its rows',
      'nn/ops/matmul.js',
      '(attrs.transposeA ? a.at(-2) : a.at(-1))',
      'a.at(-2)',
    ),
    fault(
      'matrix products free for fvcore',
      'nn/ops/matmul.js',
      'ptflops: macs, fvcore: macs,',
      'ptflops: macs, fvcore: 0,',
    ),
    fault('batch normalisation counted once', 'nn/ops/normalization.js', 'fvcore: 2 * ', 'fvcore: 1 * '),
    fault('layer normalisation counted by four', 'nn/ops/normalization.js', 'fvcore: 5 * ', 'fvcore: 4 * '),
    fault('global pooling free', 'nn/ops/pooling.js', `fvcore: ${SIZE}(x)`, 'fvcore: 0'),
    fault(
      'every convention gives macs',
      'measure/complexity/counters.js',
      'counts[convention] ?? 0',
      'counts.macs ?? 0',
    ),
    fault(
      'a layer that runs twice counted once',
      'measure/complexity/fold.js',
      'pass.entries.push(operationEntry(node, pass));',
      'pass.entries.some((entry) => entry.path === node.path && entry.operator === node.op) || pass.entries.push(operationEntry(node, pass));',
    ),
    fault(
      'shared parameters counted at each place',
      'nn/module.js',
      'return this.namedParameters().reduce(',
      'return this.namedSlots().filter(([, slot]) => slot.tensor.trainable).map(([name, slot]) => [name, slot.tensor]).reduce(',
    ),
  ],
};
