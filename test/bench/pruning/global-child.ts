/** Prunes a network globally in a process of its own, so that the peak of its memory is that of the pruning; prints JSON. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { backend, models, nn, prune, tf } from 'scalable-inference';

/** What a child measures. */
export interface GlobalPruning {
  ms: number;
  /** Above what was resident before. Null where the system does not tell. */
  peakBytes: number | null;
  weightBytes: number;
  shapes: number[][];
  pruned: number;
  /** Of all masks in PyTorch's order, one byte a value. */
  digest: string;
}

const STATUS = '/proc/self/status';

function resident(key: 'VmRSS' | 'VmHWM'): number | null {
  try {
    const found = new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(STATUS, 'utf8'));
    return found ? Number(found[1]) * 1024 : null;
  } catch {
    return null; // only Linux has the file; the table then shows no memory
  }
}

function resetPeak(): void {
  if (resident('VmRSS') !== null) writeFileSync('/proc/self/clear_refs', '5');
}

/** Writes all weights in PyTorch's order. */
function dump(file: string, refs: readonly prune.ParameterRef[]): void {
  const out = openSync(file, 'w');
  for (const [module, name] of refs) {
    const values = nn.toTorch(module.tensor(name), module.parameterSlot(name)?.layout ?? 'same');
    writeSync(out, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  closeSync(out);
}

async function main([model, amount, file, digits]: readonly string[]): Promise<void> {
  await backend.ready();
  const net = models.create(model, { seed: 0 });
  const refs = prune.parameters(net, { types: [nn.Conv2d, nn.Linear] });
  // Few digits make many equal values, which must then be told apart as PyTorch does.
  const factor = 10 ** Number(digits);
  if (factor > 1)
    for (const [, variable] of net.namedParameters())
      tf.tidy(() => variable.assign(tf.div(tf.round(tf.mul(variable, factor)), factor)));
  const layoutOf = ([module, name]: prune.ParameterRef, stored = name): nn.Layout =>
    (module.parameterSlot(stored) ?? module.bufferSlot(stored))?.layout ?? 'same';
  const shapes = refs.map((ref) => nn.torchShape(ref[0].tensor(ref[1]).shape, layoutOf(ref)));
  dump(file, refs);
  resetPeak();
  const before = resident('VmRSS');
  const start = performance.now();
  prune.globalUnstructured(refs, { method: 'l1', amount: Number(amount) });
  const ms = performance.now() - start;
  const peak = resident('VmHWM');
  const digest = createHash('sha256');
  let [size, pruned] = [0, 0];
  for (const ref of refs) {
    const mask = Uint8Array.from(nn.toTorch(ref[0].tensor('weight_mask'), layoutOf(ref, 'weight_mask')));
    digest.update(mask);
    size += mask.length;
    pruned += mask.filter((value) => value === 0).length;
  }
  const result: GlobalPruning = {
    ms,
    peakBytes: peak === null || before === null ? null : peak - before,
    weightBytes: 4 * size,
    shapes,
    pruned,
    digest: digest.digest('hex'),
  };
  console.log(JSON.stringify(result));
}

void main(process.argv.slice(2));
