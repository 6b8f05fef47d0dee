import { HistogramKeeper, type Histogram } from './histogram';
import { parametersFor, type ObserverOptions, type QuantizationParameters } from './parameters';

/** Leaves out the rarest values at both ends. */
export class PercentileObserver extends HistogramKeeper {
  private readonly percentile: number;

  /** @param options as of every observer; `percentile` is the share of values in the range, in percent, default 99.99 */
  constructor({ percentile = 99.99, ...options }: ObserverOptions & { bins?: number; percentile?: number } = {}) {
    super(options);
    if (!(percentile > 50 && percentile <= 100))
      throw new Error(`percentile must lie above 50 and at most at 100, got ${percentile}.`);
    this.percentile = percentile;
  }

  /** Scale and zero point of the range without its rarest values. @throws when nothing was observed */
  quantizationParameters(): QuantizationParameters {
    const { low, high, counts } = this.required();
    const total = counts.reduce((a, b) => a + b, 0);
    const outside = (total * (1 - this.percentile / 100)) / 2;
    const width = (high - low) / counts.length;
    let [start, end, below, above] = [0, counts.length - 1, 0, 0];
    while (start < end && below + counts[start] <= outside) below += counts[start++];
    while (end > start && above + counts[end] <= outside) above += counts[end--];
    return parametersFor(low + start * width, low + (end + 1) * width, this.options);
  }
}

/** Σ p log(p / q) over bins where p > 0. */
function divergence(p: Float64Array, q: Float64Array): number {
  const [sumP, sumQ] = [p.reduce((a, b) => a + b, 0), q.reduce((a, b) => a + b, 0)];
  let result = 0;
  for (let i = 0; i < p.length; i++) {
    if (p[i] > 0) result += (p[i] / sumP) * Math.log(p[i] / sumP / Math.max(q[i] / sumQ, 1e-12));
  }
  return result;
}

/** The histogram clipped to its first `kept` bins, and the same after quantization to `levels` steps. */
function clippedPair(magnitudes: Float64Array, kept: number, levels: number): [Float64Array, Float64Array] {
  const clipped = magnitudes.slice(0, kept);
  const inside = magnitudes.slice(0, kept);
  for (let i = kept; i < magnitudes.length; i++) clipped[kept - 1] += magnitudes[i];
  const quantized = new Float64Array(kept);
  for (let level = 0; level < levels; level++) {
    const [from, to] = [Math.floor((level * kept) / levels), Math.floor(((level + 1) * kept) / levels)];
    const part = inside.subarray(from, to);
    const filled = part.reduce((n, count) => n + (count > 0 ? 1 : 0), 0);
    const mean = filled ? part.reduce((a, b) => a + b, 0) / filled : 0;
    for (let i = from; i < to; i++) quantized[i] = inside[i] > 0 ? mean : 0;
  }
  return [clipped, quantized];
}

/** Counts by distance from zero. */
function magnitudesOf({ low, high, counts }: Histogram): { magnitudes: Float64Array; width: number } {
  const bins = counts.length;
  const width = Math.max(Math.abs(low), Math.abs(high)) / bins || 1;
  const step = (high - low) / bins;
  const magnitudes = new Float64Array(bins);
  counts.forEach((count, i) => {
    magnitudes[Math.min(bins - 1, Math.floor(Math.abs(low + (i + 0.5) * step) / width))] += count;
  });
  return { magnitudes, width };
}

/**
 * Clips where the distribution after quantization diverges least from the one before, by relative entropy
 * (Migacz, "8-bit Inference with TensorRT", 2017). The threshold is symmetric; an affine range is clipped on both
 * sides.
 */
export class EntropyObserver extends HistogramKeeper {
  /** Scale and zero point of the range with the least relative entropy. @throws when nothing was observed */
  quantizationParameters(): QuantizationParameters {
    const histogram = this.required();
    const { magnitudes, width } = magnitudesOf(histogram);
    const levels = 128;
    let [best, threshold] = [Infinity, magnitudes.length];
    for (let kept = levels; kept <= magnitudes.length; kept += Math.max(1, Math.floor(magnitudes.length / 256))) {
      const value = divergence(...clippedPair(magnitudes, kept, levels));
      if (value < best) [best, threshold] = [value, kept];
    }
    const limit = threshold * width;
    return parametersFor(Math.max(histogram.low, -limit), Math.min(histogram.high, limit), this.options);
  }
}
