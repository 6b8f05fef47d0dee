import { fault, type Area } from './mutation';

/** Names, state dicts, copies and files of weights. */
export const STATE: Area = {
  area: 'state, clone, files',
  reader: 'stored',
  mutations: [
    fault(
      'kernels written with height and width swapped',
      'nn/layout.js',
      'const TO_TORCH = { conv: [3, 2, 0, 1]',
      'const TO_TORCH = { conv: [3, 2, 1, 0]',
    ),
    fault(
      'dense weights written as they lie',
      'nn/layout.js',
      "layout === 'same' ? [...shape] : TO_TORCH[layout].map((i) => shape[i])",
      "layout !== 'conv' ? [...shape] : TO_TORCH[layout].map((i) => shape[i])",
    ),
    fault('aliases dropped from the state dict', 'nn/module.js', 'if (!once)\n            return slots;', ''),
    fault('a module listed where it stands first only', 'nn/tree.js', 'inside.delete(module);', ''),
    fault(
      'a shared parameter named at each place',
      'nn/module.js',
      'if (!seen.has(tensor))\n                    seen.set(',
      'seen.set(',
    ),
    fault(
      'copies that untie what is tied',
      'nn/slots.js',
      'done.get(tensor) ?? backend_1.tf.variable(',
      'backend_1.tf.variable(',
    ),
    fault(
      'copies that share their tensors with the original',
      'nn/slots.js',
      'done.get(tensor) ?? backend_1.tf.variable(tensor, tensor.trainable)',
      'tensor',
    ),
    fault(
      'statistics are not loaded',
      'nn/state.js',
      'const slot = slots.get(name);',
      "const slot = slots.get(name);\n        if (name.endsWith('running_var'))\n            continue;",
    ),
    fault(
      'modules in objects are not found',
      'nn/children.js',
      'return isPlainObject(value) ? Object.entries(value) : undefined;',
      'return undefined;',
    ),
    fault(
      'modules in arrays named from one',
      'nn/children.js',
      'if (Array.isArray(value))\n        return value.map((item, i) => [String(i), item]);',
      'if (Array.isArray(value))\n        return value.map((item, i) => [String(i + 1), item]);',
    ),
    fault(
      'aliases of a file point to the wrong tensor',
      'checkpoint/shared.js',
      'map(([name, kept]) => [name, entries[kept]])',
      'map(([name]) => [name, Object.values(entries)[0]])',
    ),
    fault(
      'copies without the modules in arrays',
      'nn/clone.js',
      'copy.push(...value.map(inner))',
      'copy.push(...value)',
    ),
    fault(
      'offsets of a file without what comes before',
      'checkpoint/reader.js',
      'this.dataStart + begin, end - begin',
      'this.dataStart, end - begin',
    ),
  ],
};
