/**
 * Pruning: exact counts and bytes, global pruning beside PyTorch's (time, memory, the masks themselves), networks with
 * half of their channels, sparse dense layers over levels, and LeNet trained on digits for the notebook.
 *
 * `npm run bench -- pruning [--repeats N]`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { backend, graph, models, nn, prune, tf } from 'scalable-inference';
import { describeConditions } from './machine';
import { trainDigits } from './pruning/digits';
import type { GlobalPruning } from './pruning/global-child';
import { referencePython } from './reference';
import { formatTable, median } from './table';
import { timeOnce } from './time';

const FORMATS = ['dense', 'coo', 'csr', 'bitmask'] as const;
const AMOUNT = 0.2;

const verdict = (value: number, bound: number, most: boolean): string =>
  (most ? value <= bound : value >= bound) ? `${most ? '<=' : '>='} ${bound}` : `MISSED ${most ? '<=' : '>='} ${bound}`;

/** Runs the passes in turn, so that a change in the machine's load meets all of them; medians, after two untimed rounds. */
function race(passes: ReadonlyArray<() => tf.Tensor>, repeats: number): number[] {
  const rounds = Array.from({ length: repeats + 2 }, () => passes.map(timeOnce)).slice(2);
  return passes.map((_, i) => median(rounds.map((round) => round[i])));
}

function countsAndBytes(): void {
  const net = models.create('lenet_3x3', { seed: 0 });
  const refs = prune.parameters(net);
  prune.globalUnstructured(refs, { method: 'l1', amount: AMOUNT });
  const rows = prune.levels(net);
  console.log(
    `\nglobal L1 ${AMOUNT} of the exercise's LeNet: ${rows.reduce((sum, row) => sum + row.zeros, 0)} of ${rows.reduce((sum, row) => sum + row.total, 0)} weights (11968 of 59838 expected)`,
  );
  const total = { dense: 0, coo: 0, csr: 0, bitmask: 0 };
  for (const [module, name] of refs) {
    const { layout = 'same' } = module.parameterSlot(`${name}_orig`) ?? {};
    const tensor = module.tensor(name);
    const sizes = prune.sparse.sizes({
      shape: nn.torchShape(tensor.shape, layout),
      values: nn.toTorch(tensor, layout) as Float32Array,
    });
    for (const format of FORMATS) total[format] += sizes[format];
  }
  const bound = (format: string, ratio: number): string => (format === 'bitmask' ? verdict(ratio, 0.84, true) : '');
  const even = (format: (typeof FORMATS)[number]): string =>
    format === 'dense' ? '' : prune.sparse.breakEven([120, 400], format).toFixed(3);
  console.log(
    formatTable([
      ['format', 'bytes', '/ dense', 'pays from level (120x400)', 'bound'],
      ...FORMATS.map((format) => [
        format,
        String(total[format]),
        (total[format] / total.dense).toFixed(3),
        even(format),
        bound(format, total[format] / total.dense),
      ]),
    ]),
  );
  net.dispose();
}

/** Fewer digits, more ties. */
function globalPruning(digits: number): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-pruning-'));
  const run = (program: string, args: string[]): unknown =>
    JSON.parse(
      execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 24 }),
    );
  try {
    const weights = path.join(folder, 'weights.bin');
    const own = run(process.execPath, [
      '--import',
      'tsx',
      path.join(__dirname, 'pruning/global-child.ts'),
      'resnet50',
      String(AMOUNT),
      weights,
      String(digits),
    ]) as GlobalPruning;
    const times = (bytes: number | null): string => (bytes === null ? '-' : (bytes / own.weightBytes).toFixed(2));
    const title = digits ? `${digits} decimals: many ties` : 'fresh weights';
    const bounds = `${verdict(own.ms, 3000, true)} ms, ${own.peakBytes === null ? '' : verdict(own.peakBytes / own.weightBytes, 3, true)} times`;
    try {
      const torch = run(referencePython(), [
        path.join(__dirname, 'pruning/global.py'),
        weights,
        JSON.stringify(own.shapes),
        String(AMOUNT),
      ]) as GlobalPruning;
      return [
        title,
        own.ms.toFixed(0),
        torch.ms.toFixed(0),
        times(own.peakBytes),
        times(torch.peakBytes),
        torch.digest === own.digest ? 'the same' : 'DIFFERENT',
        bounds,
      ];
    } catch (error) {
      console.log(`PyTorch is NOT in this comparison: ${(error as Error).message.split('\n')[0]}`);
      return [title, own.ms.toFixed(0), '-', times(own.peakBytes), '-', '-', bounds];
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times a network and its half in turn, eager and compiled. */
async function halved(model: string, batch: number, repeats: number): Promise<string[][]> {
  const [height, width, channels] = models.describe(model).inputShape;
  const whole = models.create(model, { seed: 0 }).eval();
  const {
    net: half,
    before,
    after,
  } = prune.structured.shrink(whole, {
    amount: 0.5,
    inputShape: [1, height, width, channels],
    roundTo: model === 'resnet50' ? 8 : 1,
  });
  const x = tf.randomUniform([batch, height, width, channels]);
  const compiled = await Promise.all(
    [whole, half].map((net) => graph.compile(graph.trace(net, [1, height, width, channels]))),
  );
  const rows = [['eager', whole, half] as const, ['compiled', ...compiled] as const].map(([how, a, b]) => {
    const pass = (net: typeof a | typeof b) => (): tf.Tensor => ('predict' in net ? net.predict(x) : net.forward(x));
    const [ms, halfMs] = race([pass(a), pass(b)], repeats);
    const bound = model === 'resnet50' ? verdict(ms / halfMs, 2.2, false) : '';
    return [
      model,
      String(batch),
      how,
      ms.toFixed(2),
      halfMs.toFixed(2),
      (ms / halfMs).toFixed(2),
      (before.macs / after.macs).toFixed(2),
      (before.parameters / after.parameters).toFixed(2),
      bound,
    ];
  });
  for (const net of compiled) net.dispose();
  for (const net of [whole, half]) net.dispose();
  x.dispose();
  return rows;
}

/** A dense layer against its sparse forms: milliseconds for a batch. */
function sparseLayer(
  [inFeatures, outFeatures]: readonly [number, number],
  batch: number,
  level: number,
  repeats: number,
): string[] {
  const linear = new nn.Linear({ inFeatures, outFeatures });
  prune.l1Unstructured(linear, 'weight', { amount: { share: level } });
  const stored = prune.sparse.encode(
    { shape: [outFeatures, inFeatures], values: nn.toTorch(linear.weight, 'linear') as Float32Array },
    'csr',
  );
  prune.remove(linear, 'weight');
  const x = tf.randomUniform([batch, inFeatures]);
  const engines: prune.sparse.SparseEngine[] = backend.isNative() ? ['csr', 'tensorflow'] : ['csr'];
  const layers = engines.map((engine) => new prune.sparse.SparseLinear(stored, { bias: linear.bias, engine }));
  const [dense, ...sparse] = race(
    [linear, ...layers].map((layer) => () => layer.forward(x)),
    repeats,
  );
  const result = sparse.map(
    (ms) =>
      `${ms.toFixed(3)} (${ms < dense ? `${(dense / ms).toFixed(1)} times faster` : `${(ms / dense).toFixed(1)} times slower`})`,
  );
  for (const layer of layers) layer.dispose();
  linear.dispose();
  x.dispose();
  return [`${inFeatures} to ${outFeatures}`, String(batch), String(level), dense.toFixed(3), ...result];
}

/** Prints all tables. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { repeats: { type: 'string', default: '9' } } });
  const repeats = Number(values.repeats);
  for (const line of await describeConditions()) console.log(line);
  countsAndBytes();
  console.log(
    `\nglobal pruning of ResNet-50's weights, amount ${AMOUNT}: time, and peak of memory above the loaded network, in multiples of the weights`,
  );
  console.log(
    formatTable([
      ['weights', 'ms', 'torch ms', 'memory', 'torch memory', 'masks', 'bounds'],
      globalPruning(0),
      globalPruning(3),
    ]),
  );
  console.log('\nforward with half of the channels: medians in ms');
  const speed = [['model', 'batch', 'how', 'whole', 'half', 'faster by', 'fewer MACs', 'fewer parameters', 'bound']];
  for (const [model, batch] of [
    ['resnet50', 1],
    ['resnet50', 16],
    ['lenet', 100],
  ] as const)
    speed.push(...(await halved(model, batch, repeats)));
  console.log(formatTable(speed));
  console.log('\ndense layers whose weight is stored sparsely: medians in ms, transfer of the result included');
  const products = [['layer', 'batch', 'level', 'dense', 'csr, typed arrays', 'SparseTensorDenseMatMul']];
  for (const [sizes, batch] of [
    [[400, 120], 100],
    [[2048, 1000], 1],
    [[2048, 1000], 32],
  ] as const) {
    for (const level of [0.5, 0.8, 0.9, 0.95, 0.99]) products.push(sparseLayer(sizes, batch, level, repeats));
  }
  console.log(formatTable(products));
  await trainDigits();
}
