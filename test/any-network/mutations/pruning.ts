import { fault, type Area } from './mutation';

/** Masks, what they do, and how they become permanent. */
export const PRUNING: Area = {
  area: 'masks, remove',
  reader: 'pruned',
  mutations: [
    fault('removing forgets the mask', 'prune/parametrize.js', 'original.assign(module.tensor(name));', ''),
    fault(
      'a pruned weight computed without its mask',
      'prune/parametrize.js',
      'compute: () => backend_1.tf.mul(...sources())',
      'compute: () => backend_1.tf.clone(sources()[0])',
    ),
    fault(
      'mask kept beside a weight that was made permanent',
      'prune/parametrize.js',
      'module.unregister(`${name}_mask`)?.tensor.dispose();',
      '',
    ),
    fault('history kept after removing', 'prune/parametrize.js', 'known.delete(name);', ''),
    fault(
      'permanent at the top of the tree only',
      'prune/parametrize.js',
      '.flatMap(([path, module]) => prunedNames(module).map((name) => ({ path, module, name })));',
      ".filter(([path]) => !path.includes('.')).flatMap(([path, module]) => prunedNames(module).map((name) => ({ path, module, name })));",
    ),
    fault(
      'copies of a pruned network use the original weight',
      'prune/parametrize.js',
      'parametrize(copy, name);',
      'copy.registerComputed(name, { compute: () => backend_1.tf.clone(copy.tensor(`${name}_orig`)), sources: () => [copy.tensor(`${name}_orig`)], rebind() {} });',
    ),
    fault(
      'one value fewer is pruned than asked for',
      'prune/global-masks.js',
      'const count = (0, amount_1.countToPrune)(amount, size);\n    if (count === 0)',
      'const count = (0, amount_1.countToPrune)(amount, size) - 1;\n    if (count <= 0)',
    ),
    fault(
      'the largest values are pruned',
      'prune/global-masks.js',
      'backend_1.tf.greater(backend_1.tf.abs(original), cut.value)',
      'backend_1.tf.less(backend_1.tf.abs(original), cut.value)',
    ),
    fault(
      'magnitudes without their sign removed',
      'prune/global-masks.js',
      'backend_1.tf.greater(backend_1.tf.abs(original), cut.value)',
      'backend_1.tf.greater(original, cut.value)',
    ),
    fault(
      'share rounded down',
      'prune/amount.js',
      '(0, rounding_1.roundHalfEven)(value * size)',
      'Math.floor(value * size)',
    ),
    fault('upper halves of numbers compared alone', 'prune/select.js', 'find(lower, k - high.below)', 'find(lower, 1)'),
  ],
};

/** Channels taken out of a network. */
export const SHRINKING: Area = {
  area: 'shrink',
  reader: 'pruned',
  mutations: [
    fault(
      'the wrong channels are taken out',
      'prune/structured/cut.js',
      '.filter((i) => !gone.has(i))',
      '.filter((i) => !gone.has(tensor.shape[axis] - 1 - i))',
    ),
    fault('masked leaves the channels in', 'prune/structured/cut.js', '(gone.has(i) ? 0 : 1)', '1'),
    fault(
      'reading of cut channels not followed through a reshape',
      'prune/structured/reshape.js',
      'axis[Math.floor(i / inner) % axis.length]',
      'axis[i % axis.length]',
    ),
    fault(
      'layer normalisation may lose features',
      'prune/structured/rules.js',
      'flow.labels.protect(x.at(-1) ?? null, `layer normalisation',
      'String(x.at(-1) ?? null, `layer normalisation',
    ),
    fault(
      'a sum of branches cut in one of them',
      'prune/structured/labels.js',
      'a.forEach((label, i) => this.joinTwo(label, b[i]));',
      ';',
    ),
    fault(
      'inputs of the network may be cut',
      'prune/structured/flow.js',
      "labels.protect(fresh, 'it is the input of the network');",
      '',
    ),
    fault(
      'outputs of the network may be cut',
      'prune/structured/flow.js',
      "labels.protect(axis, 'it is the output of the network');",
      '',
    ),
    fault(
      'joined parts in reverse order',
      'prune/structured/rules.js',
      'parts.flatMap((part, i) => [...(part ?? fixed(flow, node.inputs[i].shape[axis]))])',
      'parts.map((part, i) => [...(part ?? fixed(flow, node.inputs[i].shape[axis]))]).reverse().flat()',
    ),
    fault(
      'softmax may lose what it sums over',
      'prune/structured/rules.js',
      ".set(ops_1.softmax, acrossLast('softmax'))",
      '.set(ops_1.softmax, same)',
    ),
    fault(
      'groups of a convolution not counted again',
      'prune/structured/cut.js',
      "set(module, 'groups', kept);",
      'void kept;',
    ),
    fault(
      'a group of a convolution loses its outputs alone',
      'prune/structured/rules.js',
      'flow.labels.merge(together);',
      '',
    ),
  ],
};
