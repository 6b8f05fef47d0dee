import type { Module } from '../../nn';
import type { Shape } from '../../nn/ops';
import { complexity, type Row, type Uncounted } from '../complexity';
import { machine as measuredMachine, type Machine } from './machine';
import { finite, number } from '../../check';

/** What is predicted with, and what it is known to hold for. */
type Speeds = Pick<Machine, 'flopsPerSecond' | 'bytesPerSecond'> & Partial<Pick<Machine, 'device' | 'precision'>>;

/** Options of {@link roofline}. */
export interface RooflineOptions {
  /** Speeds to predict with. Default: those of this machine, measured once a process. */
  machine?: Speeds;
  /** A measured time of the whole network, to stand beside the predicted one. */
  measuredMs?: number;
}

/** One layer under the roofline. */
export interface RooflineRow extends Pick<Row, 'path' | 'type' | 'flops' | 'bytes' | 'intensity'> {
  predictedMs: number;
  /** Which of the two limits is reached first. */
  bound: 'compute' | 'memory';
  /** Part of the predicted total, from 0 to 1. */
  share: number;
}

/** Result of {@link roofline}. */
export interface Roofline {
  machine: Pick<Machine, 'balance'> & Speeds;
  /** Sum over the layers. */
  predictedMs: number;
  measuredMs?: number;
  /** Measured over predicted: 1 where the network runs as fast as the model allows. */
  slowdown?: number;
  /** Part of the predicted time in layers that memory bounds. */
  memoryBoundShare: number;
  rows: RooflineRow[];
  uncounted: Uncounted[];
}

/**
 * Predicts the time of a forward pass (Williams et al. 2009): each layer takes the longer of its arithmetic at the
 * machine's peak and its memory traffic at the machine's bandwidth. Every operation is taken to run on its own, so that
 * fusion and caches can beat the memory part; depthwise and grouped convolutions stay far from the peak of arithmetic.
 *
 * @param inputShape [batch, height, width, channels] or [batch, features]
 */
export async function roofline(
  net: Module,
  inputShape: Shape,
  { machine, measuredMs }: RooflineOptions = {},
): Promise<Roofline> {
  const { flopsPerSecond, bytesPerSecond, device, precision } = checked<Speeds>(machine ?? (await measuredMachine()));
  if (measuredMs !== undefined) number('measuredMs', measuredMs, { above: 0 });
  const { rows, uncounted } = complexity(net, inputShape);
  const predicted = rows.filter(({ bytes }) => bytes > 0).map((row) => predict(row, flopsPerSecond, bytesPerSecond));
  const sum = (some: readonly RooflineRow[]): number => some.reduce((ms, row) => ms + row.predictedMs, 0);
  const predictedMs = sum(predicted);
  return {
    machine: {
      flopsPerSecond,
      bytesPerSecond,
      balance: flopsPerSecond / bytesPerSecond,
      ...(device ? { device } : {}),
      ...(precision ? { precision } : {}),
    },
    predictedMs,
    ...(measuredMs === undefined ? {} : { measuredMs, slowdown: measuredMs / predictedMs }),
    memoryBoundShare: sum(predicted.filter(({ bound }) => bound === 'memory')) / predictedMs,
    rows: predicted.map((row) => ({ ...row, share: row.predictedMs / predictedMs })),
    uncounted,
  };
}

function predict(
  { path, type, flops, bytes, intensity }: Row,
  flopsPerSecond: number,
  bytesPerSecond: number,
): RooflineRow {
  const [computeMs, memoryMs] = [(flops / flopsPerSecond) * 1000, (bytes / bytesPerSecond) * 1000];
  return {
    path,
    type,
    flops,
    bytes,
    intensity,
    predictedMs: Math.max(computeMs, memoryMs),
    bound: computeMs > memoryMs ? 'compute' : 'memory',
    share: 0,
  };
}

function checked<M extends Speeds>(machine: M): M {
  for (const key of ['flopsPerSecond', 'bytesPerSecond'] as const) finite(`machine.${key}`, machine[key], { above: 0 });
  return machine;
}
