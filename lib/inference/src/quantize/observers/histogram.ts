import type { tf } from '../../backend';
import { integerRange } from '../numbers';
import type { Observer } from './min-max';
import {
  extremes,
  parametersFor,
  requireObserved,
  type ObserverOptions,
  type QuantizationParameters,
} from './parameters';
import { integer } from '../../check';

const f = Math.fround;
const UPSAMPLE = 16;

/** Counts of equal bins over a range. */
export interface Histogram {
  low: number;
  high: number;
  counts: Float32Array;
}

/** Counts values in equal bins from low to high, as `torch.histc`: the last bin includes `high`. */
function histogramOf(values: ArrayLike<number>, bins: number, low: number, high: number): Float32Array {
  const counts = new Float32Array(bins);
  // A constant tensor has no width: torch then widens the range by one on both sides.
  const [left, right] = low === high ? [f(low - 1), f(high + 1)] : [low, high];
  const range = f(right - left);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < left || value > right) continue;
    const bin = Math.floor(f(f(f(value - left) * bins) / range));
    counts[Math.min(bin, bins - 1)]++;
  }
  return counts;
}

/** Spreads a histogram's counts over the bins of a wider range, each bin cut into 16 first. */
function widen({ low, high, counts }: Histogram, newLow: number, newHigh: number): Float32Array {
  const bins = counts.length;
  const result = new Float64Array(bins);
  const fine = f(f(high - low) / (bins * UPSAMPLE));
  const width = (newHigh - newLow) / bins;
  for (let i = 0; i < bins * UPSAMPLE; i++) {
    const middle = low + ((high - low) * i) / (bins * UPSAMPLE) + 0.5 * fine;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((middle - newLow) / width)));
    result[bin] += counts[Math.floor(i / UPSAMPLE)] / UPSAMPLE;
  }
  return Float32Array.from(result);
}

function combine(old: Histogram, counts: Float32Array, low: number, high: number): Float32Array {
  const bins = counts.length;
  let earlier = old.counts;
  if (old.low === old.high) {
    const total = old.counts.reduce((a, b) => a + b, 0);
    earlier = histogramOf([old.low], bins, low, high).map((count) => count * total);
  } else if (low !== old.low || high !== old.high) earlier = widen(old, low, high);
  return counts.map((count, i) => f(count + earlier[i]));
}

/** Squared error of quantizing the histogram to `levels` steps between two bins (caffe2's norm minimization). */
function quantizationError({ low, high, counts }: Histogram, start: number, end: number, levels: number): number {
  const width = (high - low) / counts.length;
  const step = (width * (end - start + 1)) / levels;
  if (step === 0) return 0;
  const cube = (from: number, to: number): number => (to * to * to - from * from * from) / 3;
  const clampLevel = (position: number): number => Math.min(levels - 1, Math.max(0, Math.floor(position / step)));
  const whole = cube(-step / 2, step / 2);
  let error = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    if (counts[bin] === 0) continue;
    const begin = (bin - start) * width;
    const finish = begin + width;
    const [first, last] = [clampLevel(begin), clampLevel(finish)];
    const inside =
      cube(begin - (first + 0.5) * step, step / 2) +
      (last - first - 1) * whole +
      cube(-step / 2, finish - (last * step + step / 2));
    error += (counts[bin] / width) * inside;
  }
  return error;
}

/** Narrows the range from both ends, the emptier one first, as long as the quantization error falls. */
function searchRange(histogram: Histogram, levels: number): [number, number] {
  const { counts, low, high } = histogram;
  const total = counts.reduce((a, b) => a + b, 0);
  const cumulative = new Float32Array(counts.length);
  counts.reduce((sum, count, i) => (cumulative[i] = sum + count), 0);
  let [alpha, beta, start, end, best] = [0, 1, 0, counts.length - 1, Infinity];
  while (alpha < beta) {
    const [nextAlpha, nextBeta] = [alpha + 1e-5, beta - 1e-5];
    let [left, right] = [start, end];
    while (left < end && cumulative[left] < nextAlpha * total) left++;
    while (right > start && cumulative[right] > nextBeta * total) right--;
    const moveStart = left - start > end - right;
    const [nextStart, nextEnd] = moveStart ? [left, end] : [start, right];
    if (moveStart) alpha = nextAlpha;
    else beta = nextBeta;
    if (nextStart === start && nextEnd === end) continue;
    const error = quantizationError(histogram, nextStart, nextEnd, levels);
    if (error > best) break;
    [best, start, end] = [error, nextStart, nextEnd];
  }
  const width = f(f(high - low) / counts.length);
  return [f(low + f(width * start)), f(low + f(width * (end + 1)))];
}

/** Base of the observers that keep a histogram of all values seen; infinities are left out. */
export abstract class HistogramKeeper implements Observer {
  protected histogram: Histogram | null = null;
  /** Number of bins of the histogram. */
  readonly bins: number;

  /** @param options.bins default 2048 */
  constructor(protected readonly options: ObserverOptions & { bins?: number } = {}) {
    this.bins = integer('bins', options.bins ?? 2048, { min: 2 });
  }

  /** Takes in the values of a tensor of any shape, float32. @throws for NaN; infinities are left out */
  observe(x: tf.Tensor): void {
    const all = x.dataSync();
    const [min, max] = extremes(all);
    const values = min === -Infinity || max === Infinity ? Array.from(all).filter(Number.isFinite) : all;
    if (values.length === 0) return;
    const [least, most] = values === all ? [min, max] : extremes(values);
    const old = this.histogram;
    const [low, high] = old ? [Math.min(old.low, least), Math.max(old.high, most)] : [least, most];
    const counts = histogramOf(values, this.bins, low, high);
    this.histogram = { low, high, counts: old ? combine(old, counts, low, high) : counts };
  }

  protected required(): Histogram {
    requireObserved(this.histogram !== null, this.constructor.name);
    return this.histogram as Histogram;
  }

  /** Scale and zero point for the values seen so far. @throws when there were none */
  abstract quantizationParameters(): QuantizationParameters;
}

/** Searches the range with the least squared error over all values seen (`torch.ao.quantization.HistogramObserver`). */
export class HistogramObserver extends HistogramKeeper {
  /** Scale and zero point of the range with the least squared error. @throws when nothing was observed */
  quantizationParameters(): QuantizationParameters {
    const { min, max } = integerRange(this.options.dtype ?? 'quint8');
    return parametersFor(...searchRange(this.required(), max - min + 1), this.options);
  }
}
