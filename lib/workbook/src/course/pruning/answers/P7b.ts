import { type nn, prune } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.P7b.answer((net: nn.Module) => {
  const rows = prune.levels(net); // one row a layer: { path, zeros, total, ... }
  return undefined; // { layers: [...], total: ... }
});
// END STUB

// BEGIN SOLUTION
ex.P7b.answer((net: nn.Module) => {
  const rows = prune.levels(net); // one row a layer: { path, zeros, total, ... }
  const layers = rows.map((row) => row.zeros / row.total);
  const total = rows.reduce((sum, row) => sum + row.zeros, 0) / rows.reduce((sum, row) => sum + row.total, 0);
  return { layers, total };
});
// END SOLUTION

// BEGIN WRONG mean
ex.P7b.answer((net: nn.Module) => {
  const rows = prune.levels(net); // one row a layer: { path, zeros, total, ... }
  const layers = rows.map((row) => row.zeros / row.total);
  const total = layers.reduce((a, b) => a + b, 0) / layers.length;
  return { layers, total };
});
// END WRONG

// BEGIN WRONG kept
ex.P7b.answer((net: nn.Module) => {
  const rows = prune.levels(net); // one row a layer: { path, zeros, total, ... }
  const layers = rows.map((row) => 1 - row.zeros / row.total);
  const total =
    1 - rows.reduce((sum, row) => sum + row.zeros, 0) / rows.reduce((sum, row) => sum + row.total, 0);
  return { layers, total };
});
// END WRONG
