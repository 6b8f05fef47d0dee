import type { distill } from 'scalable-inference';
import type { Contestants, GpuSettings } from '../gpu';
import { formatTable } from '../table';
import type { LoopRequest, Reply } from './requests';
import { beside } from './verdict';
import type { Worker } from '../worker';

interface Row {
  title: string;
  request: LoopRequest;
  /** Ratio to PyTorch, for a time at most and for a rate at least. */
  bound: number;
  /** Pictures a second, whatever PyTorch does. */
  atLeast?: number;
}

/** A loop's rate takes longer to settle than a step's time: both sides warm up, and collect garbage. */
const LOOP_STEPS = 5;

const rowsOf = ({ steps, trainingBatch, labellingBatch, size }: GpuSettings): Row[] => {
  const student = { network: 'small_cnn', batch: trainingBatch, size: 32, steps };
  const resnet = { network: 'resnet18', batch: Math.min(64, trainingBatch), size: Math.min(224, size), steps };
  const teacher = { ...student, batch: labellingBatch, steps: LOOP_STEPS * steps };
  const stepRow = (kind: distill.StepKind, title: string, request: typeof student): Row => ({
    title: `step of ${title}, ${kind}`,
    request: { what: 'step', kind, ...request },
    bound: 1.3,
  });
  const kinds = ['eager', 'graph', 'xla'] as const;
  return [
    ...kinds.map((kind) => stepRow(kind, 'SmallCnn', student)),
    ...kinds.map((kind) => stepRow(kind, 'ResNet-18', resnet)),
    ...kinds.map((kind): Row => {
      const request: LoopRequest = { what: 'train', kind, ...student, steps: LOOP_STEPS * steps };
      return { title: `distill.train, ${kind}`, request, bound: 1, atLeast: 75_000 };
    }),
    { title: 'labelling', request: { what: 'label', ...teacher }, bound: 1, atLeast: 56_000 },
    { title: 'labelling, XLA', request: { what: 'label xla', ...teacher }, bound: 1, atLeast: 56_000 },
  ];
};

async function ask(side: Worker | null, title: string, request: LoopRequest): Promise<Reply> {
  if (!side) return {};
  try {
    return await side.ask<Reply>(request);
  } catch (error) {
    console.log(`  ${title}: ${(error as Error).message}`);
    return {};
  }
}

function describe({ title, request, bound, atLeast }: Row, own: Reply, torch: Reply): string[] {
  const isTime = request.what === 'step';
  const text = ({ ms, perSecond }: Reply): string =>
    ms !== undefined ? `${ms.toFixed(2)} ms` : perSecond !== undefined ? `${perSecond.toFixed(0)}/s` : '-';
  // For a rate the ratio is turned over, so that at most 1 is good everywhere.
  const [a, b] = isTime ? [own.ms, torch.ms] : [torch.perSecond, own.perSecond];
  const absolute =
    atLeast === undefined || own.perSecond === undefined
      ? ''
      : own.perSecond >= atLeast
        ? `>= ${atLeast}`
        : `under ${atLeast}`;
  const { batch, size } = request;
  return [title, `${batch}x${size}x${size}`, text(own), text(torch), ...beside(a, b, bound), absolute];
}

/** Training and labelling, ours and PyTorch's in turn. */
export async function compareLoops({ own, torch }: Contestants, settings: GpuSettings): Promise<void> {
  const rows = [['training and labelling', 'pictures', 'ours', 'torch', "our time / torch's", 'bound', 'pictures/s']];
  for (const row of rowsOf(settings)) {
    console.error(`measuring ${row.title}...`);
    const ours = await ask(own, row.title, row.request);
    rows.push(describe(row, ours, await ask(torch, `${row.title}, PyTorch`, row.request)));
    console.log(`\n${formatTable([rows[0], rows.at(-1) as string[]])}`);
  }
  console.log(`\n${formatTable(rows)}`);
}
