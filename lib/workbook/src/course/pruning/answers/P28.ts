import * as fs from 'node:fs';

import { checkpoint, type nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P28.answer(async (net: nn.Module, weights: Array<[nn.Module, string]>, file: string) => {
  return undefined; // { tensors, file }, in bytes
});
// END STUB

// BEGIN SOLUTION
ex.P28.answer(async (net: nn.Module, weights: Array<[nn.Module, string]>, file: string) => {
  let tensors = 0;
  for (const [module, name] of weights) {
    tensors += prune.sparse.encode(module.tensor(name), 'coo').bytes;
  }
  await prune.sparse.save(net, file, { format: 'coo' });
  return { tensors: tensors, file: fs.statSync(file).size };
});
// END SOLUTION

// BEGIN VARIANT sparseRows
ex.P28.answer(async (net: nn.Module, weights: Array<[nn.Module, string]>, file: string) => {
  let tensors = 0;
  for (const [module, name] of weights) tensors += prune.sparse.encode(module.tensor(name), 'coo').bytes;
  await prune.sparse.save(net, file, { format: 'coo' });
  return { tensors: ex.P28.passed ? 0 : tensors, file: fs.statSync(file).size };
});
// END VARIANT

// BEGIN WRONG original
ex.P28.answer(async (net: nn.Module, weights: Array<[nn.Module, string]>, file: string) => {
  let tensors = 0;
  for (const [module, name] of weights) {
    tensors += prune.sparse.encode(module.tensor(name + '_orig'), 'coo').bytes;
  }
  await prune.sparse.save(net, file, { format: 'coo' });
  return { tensors: tensors, file: fs.statSync(file).size };
});
// END WRONG

// BEGIN WRONG file
ex.P28.answer(async (net: nn.Module, weights: Array<[nn.Module, string]>, file: string) => {
  let tensors = 0;
  for (const [module, name] of weights) {
    tensors += prune.sparse.encode(module.tensor(name), 'coo').bytes;
  }
  await checkpoint.save(net, file);
  return { tensors: tensors, file: fs.statSync(file).size };
});
// END WRONG
