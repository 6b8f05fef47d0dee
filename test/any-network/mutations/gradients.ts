import { fault, type Area } from './mutation';

/** Gradients of the library's own. */
export const GRADIENTS: Area = {
  area: 'gradients',
  reader: 'differentiated',
  mutations: [
    fault(
      'sum that spreads its gradient halved',
      'backend/gradients.js',
      "reductionGradient('Sum', () => 1)",
      "reductionGradient('Sum', () => 0.5)",
    ),
    fault(
      'mean whose gradient is that of a sum',
      'backend/gradients.js',
      "reductionGradient('Mean', (reduced) => 1 / reduced)",
      "reductionGradient('Mean', () => 1)",
    ),
    fault(
      'gradient of a reduction for one axis only',
      'backend/gradients.js',
      'axes.reduce((product, i) => product * x.shape[i], 1)',
      'x.shape[axes[0]]',
    ),
    fault(
      'ReLU6 whose gradient has no upper end',
      'backend/gradients.js',
      "activationGradient('Relu6', 'Relu6Grad')",
      "activationGradient('Relu6', 'ReluGrad')",
    ),
    fault(
      'ReLU whose gradient ends at six',
      'backend/gradients.js',
      "activationGradient('Relu', 'ReluGrad')",
      "activationGradient('Relu', 'Relu6Grad')",
    ),
    fault(
      'gradients of groups in reverse order',
      'nn/ops/conv-kernels.js',
      'one(input, kernels[i], outputs[i], attrs)',
      'one(input, kernels[i], outputs[outputs.length - 1 - i], attrs)',
    ),
    fault(
      'gradient of a kernel twice too large',
      'nn/ops/conv-kernels.js',
      'w: () => kernels.filter(x, w, dy, attributesOf(attrs))',
      'w: () => backend_1.tf.mul(kernels.filter(x, w, dy, attributesOf(attrs)), 2)',
    ),
    fault(
      'gradient of pictures does not flow on',
      'nn/ops/conv-kernels.js',
      'x: () => kernels.input(x, w, dy, attributesOf(attrs))',
      'x: () => backend_1.tf.zerosLike(x)',
    ),
    fault(
      'gradient of a maximum goes to the first place',
      'nn/ops/max-pool-native.js',
      "'_MklNativeMaxPoolGrad', attributes(window), [before, after, dy, where])[0];",
      "'_MklNativeMaxPoolGrad', attributes(window), [before, after, backend_1.tf.zerosLike(dy), where])[0];",
    ),
    fault(
      'gradient of a depthwise kernel by the dense rule',
      'nn/ops/conv-kernels.js',
      "undilated(evenStrides(filter), 'filter')",
      '(x, w, dy, attrs) => conv_native_1.NATIVE_DENSE.filter(x, w, dy, attrs)',
    ),
    fault(
      'dilation of a kernel forgotten in its gradient',
      'nn/ops/conv-kernels.js',
      'gradient.shape, [...dilation, 1, 1])',
      'w.shape, [1, 1, 1, 1])',
    ),
    fault(
      'outputs between unequal strides set apart the other way',
      'nn/ops/conv-kernels.js',
      '(dy, 1, down), 2, right)',
      '(dy, 1, right), 2, down)',
    ),
    fault(
      'pruned weights are constants to gradients',
      'nn/module.js',
      'return computed.compute();',
      'return backend_1.tf.tensor(computed.compute().dataSync(), this.slots_.tensor(name).shape);',
    ),
  ],
};

/** Tensors that nobody needs any more. */
export const MEMORY: Area = {
  area: 'memory',
  reader: 'compiled',
  mutations: [
    fault('folded constants are kept', 'graph/rewrite/fold-constants.js', 'result.dispose();', ''),
    fault('plans keep their constants', 'graph/rewrite/values.js', 'tensor.dispose();', ''),
    fault('weights in torch order are kept', 'nn/layout.js', 'ordered.dispose();', ''),
    fault('buffers stay when a network is freed', 'nn/slots.js', '...this.buffers.values()])\n', '])\n'),
    fault(
      'computed weights stay when a network is freed',
      'nn/slots.js',
      'for (const { value } of this.caches.values())\n            value.dispose();',
      '',
    ),
    fault(
      'what a file is compared with is kept',
      'quantize/convert/model.js',
      'backend_1.tf.dispose([x, simulated, engine]);',
      '',
    ),
    fault('prepared networks keep their sample', 'quantize/plan/prepare.js', 'this.sample?.dispose();', ''),
    fault('prepared networks keep their constants', 'quantize/plan/prepare.js', 'this.fixed.dispose();', ''),
    fault('calibration keeps the outputs', 'quantize/plan/prepare.js', 'y.dispose();', ''),
    fault(
      'masks stay after removing',
      'prune/parametrize.js',
      'module.unregister(`${name}_mask`)?.tensor.dispose();',
      'module.unregister(`${name}_mask`);',
    ),
    fault(
      'cut tensors stay',
      'prune/structured/cut.js',
      'for (const tensor of cuts.keys())\n        tensor.dispose();',
      '',
    ),
    fault(
      'the integer reference keeps what it moved',
      'quantize/reference/network.js',
      'const values = result.dataSync();\n    const { shape } = result;\n    result.dispose();',
      'const values = result.dataSync();\n    const { shape } = result;',
    ),
    fault('eager operations are kept', 'nn/module.js', 'backend_1.tf.tidy(run)', 'run()'),
  ],
};
