import type { tf } from '../../backend';
import {
  extremes,
  parametersFor,
  requireObserved,
  type ObserverOptions,
  type QuantizationParameters,
} from './parameters';
import { number } from '../../check';

/** Watches tensors and proposes how to quantize such tensors. */
export interface Observer {
  /** Takes in the values of a tensor of any shape, float32. @throws for NaN */
  observe(x: tf.Tensor): void;
  /** @throws when nothing was observed */
  quantizationParameters(): QuantizationParameters;
}

/** Keeps the smallest and largest value ever seen (`torch.ao.quantization.MinMaxObserver`). */
export class MinMaxObserver implements Observer {
  protected low = Infinity;
  protected high = -Infinity;

  constructor(protected readonly options: ObserverOptions = {}) {}

  /** Takes in the values of a tensor of any shape, float32. @throws for NaN */
  observe(x: tf.Tensor): void {
    const [low, high] = extremes(x.dataSync());
    this.low = Math.min(this.low, low);
    this.high = Math.max(this.high, high);
  }

  /** Smallest and largest value so far. */
  range(): [number, number] {
    requireObserved(this.low <= this.high, this.constructor.name);
    return [this.low, this.high];
  }

  /** Scale and zero point of the range seen so far. @throws when nothing was observed */
  quantizationParameters(): QuantizationParameters {
    return parametersFor(...this.range(), this.options);
  }
}

/** Moves the range towards that of each batch by a share (`MovingAverageMinMaxObserver`). */
export class MovingAverageMinMaxObserver extends MinMaxObserver {
  private readonly averagingConstant: number;

  /** @param options as of every observer; `averagingConstant` is the share of the new batch, in (0, 1], default 0.01 */
  constructor({ averagingConstant = 0.01, ...options }: ObserverOptions & { averagingConstant?: number } = {}) {
    super(options);
    // PyTorch multiplies float32 tensors by it, so it is rounded to float32 itself.
    this.averagingConstant = Math.fround(number('averagingConstant', averagingConstant, { above: 0, max: 1 }));
  }

  /** Moves the range towards that of a tensor of any shape; the first one gives it. @throws for NaN */
  override observe(x: tf.Tensor): void {
    const [low, high] = extremes(x.dataSync());
    const first = this.low > this.high;
    const move = (old: number, now: number): number =>
      Math.fround(old + Math.fround(this.averagingConstant * Math.fround(now - old)));
    this.low = first ? low : move(this.low, low);
    this.high = first ? high : move(this.high, high);
  }
}
