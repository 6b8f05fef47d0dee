import type { Module } from '../../nn';
import type { Shape } from '../../nn/ops';
import type { RealType } from '../../graph';
import { complexity, type Row, type Uncounted } from '../complexity';
import { FLOAT_BYTES } from '../complexity/fold';
import { machine as measuredMachine, type Machine } from './machine';
import { finite, number, oneOf } from '../../check';

/** What is predicted with, and what it is known to hold for. */
type Speeds = Pick<Machine, 'flopsPerSecond' | 'bytesPerSecond'> &
  Partial<Pick<Machine, 'device' | 'precision' | 'valueBytes'>>;

/** Options of {@link roofline}. */
export interface RooflineOptions {
  /**
   * Speeds to predict with; where it says no `valueBytes`, 4. Default: those of this machine in `precision`, measured once
   * a process.
   */
  machine?: Speeds;
  /** What the compiled network computes in, where `machine` is left out. Default `float32`. */
  precision?: RealType;
  /** A measured time of the whole network, to stand beside the predicted one. */
  measuredMs?: number;
}

/** One layer under the roofline; its bytes and intensity are those of the machine's `valueBytes`. */
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
 * fusion and caches can beat the memory part; depthwise and grouped convolutions stay far from the peak of arithmetic. In
 * half precision every value is taken to be a half: normalisations and softmax, which stay in float32, move more.
 *
 * @param inputShape [batch, height, width, channels] or [batch, features]
 */
export async function roofline(
  net: Module,
  inputShape: Shape,
  { machine, precision, measuredMs }: RooflineOptions = {},
): Promise<Roofline> {
  const speeds = checked(machine ?? (await measuredMachine({ precision })));
  const { flopsPerSecond, bytesPerSecond, valueBytes } = speeds;
  if (measuredMs !== undefined) number('measuredMs', measuredMs, { above: 0 });
  const { rows, uncounted } = complexity(net, inputShape);
  const predicted = rows.filter(({ bytes }) => bytes > 0).map((row) => predict(row, speeds));
  const sum = (some: readonly RooflineRow[]): number => some.reduce((ms, row) => ms + row.predictedMs, 0);
  const predictedMs = sum(predicted);
  return {
    machine: {
      flopsPerSecond,
      bytesPerSecond,
      balance: flopsPerSecond / bytesPerSecond,
      valueBytes,
      ...(speeds.device ? { device: speeds.device } : {}),
      ...(speeds.precision ? { precision: speeds.precision } : {}),
    },
    predictedMs,
    ...(measuredMs === undefined ? {} : { measuredMs, slowdown: measuredMs / predictedMs }),
    memoryBoundShare: sum(predicted.filter(({ bound }) => bound === 'memory')) / predictedMs,
    rows: predicted.map((row) => ({ ...row, share: row.predictedMs / predictedMs })),
    uncounted,
  };
}

type Checked = Speeds & Pick<Machine, 'valueBytes'>;

function predict(row: Row, { flopsPerSecond, bytesPerSecond, valueBytes }: Checked): RooflineRow {
  const { path, type, flops } = row;
  const halved = FLOAT_BYTES / valueBytes;
  const bytes = row.bytes / halved;
  const [computeMs, memoryMs] = [(flops / flopsPerSecond) * 1000, (bytes / bytesPerSecond) * 1000];
  return {
    path,
    type,
    flops,
    bytes,
    intensity: row.intensity * halved,
    predictedMs: Math.max(computeMs, memoryMs),
    bound: computeMs > memoryMs ? 'compute' : 'memory',
    share: 0,
  };
}

function checked(machine: Speeds): Checked {
  for (const key of ['flopsPerSecond', 'bytesPerSecond'] as const) finite(`machine.${key}`, machine[key], { above: 0 });
  const { valueBytes = 4 } = machine;
  oneOf('machine.valueBytes', valueBytes, [2, 4] as const);
  return { ...machine, valueBytes };
}
