import * as fs from 'node:fs';
import * as path from 'node:path';

import { checkpoint, type nn } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P24.answer(async (net: nn.Module, folder: string) => {
  const pt = path.join(folder, 'network.pt'); // the name of the first file
  return undefined; // { pt, safetensors }, in bytes
});
// END STUB

// BEGIN SOLUTION
ex.P24.answer(async (net: nn.Module, folder: string) => {
  const pt = path.join(folder, 'network.pt');
  const safetensors = path.join(folder, 'network.safetensors');
  await checkpoint.save(net, pt);
  await checkpoint.save(net, safetensors);
  return { pt: fs.statSync(pt).size, safetensors: fs.statSync(safetensors).size };
});
// END SOLUTION

// BEGIN VARIANT files
ex.P24.answer(async (net: nn.Module, folder: string) => {
  const pt = path.join(folder, 'network.pt');
  const safetensors = path.join(folder, 'network.safetensors');
  await checkpoint.save(net, pt);
  await checkpoint.save(net, safetensors);
  const unit = ex.P24.passed ? 1000 : 1;
  return { pt: fs.statSync(pt).size / unit, safetensors: fs.statSync(safetensors).size / unit };
});
// END VARIANT

// BEGIN WRONG missing file
ex.P24.answer(async (net: nn.Module, folder: string) => {
  const pt = path.join(folder, 'network.pt');
  await checkpoint.save(net, pt);
  return { pt: fs.statSync(pt).size, safetensors: fs.statSync(pt).size };
});
// END WRONG

// BEGIN WRONG bytes
ex.P24.answer(async (net: nn.Module, folder: string) => {
  const pt = path.join(folder, 'network.pt');
  const safetensors = path.join(folder, 'network.safetensors');
  await checkpoint.save(net, pt);
  await checkpoint.save(net, safetensors);
  return { pt: fs.statSync(pt).size / 1000, safetensors: fs.statSync(safetensors).size / 1000 };
});
// END WRONG
