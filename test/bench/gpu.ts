/**
 * Speed on an NVIDIA card, beside PyTorch where a Python with it is named: forward passes of a large batch and of one
 * picture, in all forms of a compiled network, with their distance from strict float32; a step of training the student and
 * ResNet-18; whole training; labelling. Networks have weights, offsets and statistics of their own. A row is printed as soon
 * as it is measured. Without a card it says so and ends; `--device cpu` runs the same code on the processor.
 *
 * `npm run bench -- gpu [--torch python3] [--device cpu] [--networks a,b] [--batch 100] [--size 256] [--repeats 15]
 * [--steps 30] [--training-batch 512] [--labelling-batch 500] [--patience 240] [--only forward|loops]`
 */
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { backend } from 'scalable-inference';
import { compareForward } from './gpu/forward';
import { compareLoops } from './gpu/loops';
import type { Reply } from './gpu/requests';
import { describeConditions } from './machine';
import { Worker } from './worker';

/** Settings of this benchmark. */
export interface GpuSettings {
  networks: string[];
  batch: number;
  size: number;
  repeats: number;
  steps: number;
  trainingBatch: number;
  labellingBatch: number;
}

/** Who computes. */
export interface Contestants {
  own: Worker;
  /** Ours with NVIDIA_TF32_OVERRIDE=0: what the distances are from. */
  strict: Worker;
  torch: Worker | null;
}

const NETWORKS = 'resnet50,vit_b_16,convnext_tiny,efficientnet_v2_s,swin_t';

function readArguments(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      torch: { type: 'string' },
      device: { type: 'string', default: 'gpu' },
      networks: { type: 'string', default: NETWORKS },
      batch: { type: 'string', default: '100' },
      size: { type: 'string', default: '256' },
      repeats: { type: 'string', default: '15' },
      steps: { type: 'string', default: '30' },
      'training-batch': { type: 'string', default: '512' },
      'labelling-batch': { type: 'string', default: '500' },
      patience: { type: 'string', default: '240' },
      only: { type: 'string' },
    },
  });
  if (!['gpu', 'cpu'].includes(values.device)) throw new Error(`--device must be gpu or cpu, got '${values.device}'.`);
  return values;
}

function startContestants({ torch, device, patience }: ReturnType<typeof readArguments>): Contestants {
  const patienceMs = Number(patience) * 1000;
  const node = { program: process.execPath, args: ['--import', 'tsx', path.join(__dirname, 'gpu/own.ts')] };
  const script = path.join(__dirname, 'gpu/gpu_torch.py');
  return {
    own: new Worker(node, patienceMs),
    strict: new Worker({ ...node, env: { NVIDIA_TF32_OVERRIDE: '0' } }, patienceMs),
    torch: torch ? new Worker({ program: torch, args: [script, device === 'gpu' ? 'cuda' : 'cpu'] }, patienceMs) : null,
  };
}

/** Runs the comparison and prints its tables. */
export async function bench(args: readonly string[]): Promise<void> {
  const values = readArguments(args);
  const { device } = await backend.ready();
  if (values.device === 'gpu' && device !== 'gpu') {
    console.log("No NVIDIA card computes here, so there is nothing to measure ('npm run doctor' says why).");
    return;
  }
  const contestants = startContestants(values);
  try {
    const versions = await contestants.torch?.ask<Reply>({ what: 'versions' });
    for (const line of await describeConditions(versions?.versions)) console.log(line);
    if (!contestants.torch)
      console.log("PyTorch is not in this comparison: name a Python that has it, '--torch python3'.");
    const settings: GpuSettings = {
      networks: values.networks.split(','),
      batch: Number(values.batch),
      size: Number(values.size),
      repeats: Number(values.repeats),
      steps: Number(values.steps),
      trainingBatch: Number(values['training-batch']),
      labellingBatch: Number(values['labelling-batch']),
    };
    if (values.only !== 'loops') await compareForward(contestants, settings);
    if (values.only !== 'forward') await compareLoops(contestants, settings);
  } finally {
    for (const worker of [contestants.own, contestants.strict, contestants.torch]) worker?.stop();
  }
}
