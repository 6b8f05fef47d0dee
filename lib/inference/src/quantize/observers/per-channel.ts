import type { tf } from '../../backend';
import { parametersFor, requireObserved, type ObserverOptions } from './parameters';
import { shapeText, strideOf } from '../../shape';

/**
 * One scale and zero point per channel; `scale` and `zeroPoint` are the same arrays under the other observers' names.
 */
export interface PerChannelParameters {
  scales: number[];
  zeroPoints: number[];
  scale: number[];
  zeroPoint: number[];
  axis: number;
}

/**
 * Keeps the smallest and largest value of every index along an axis (`torch.ao.quantization.PerChannelMinMaxObserver`).
 */
export class PerChannelMinMaxObserver {
  private readonly axis: number;
  private lows: number[] = [];
  private highs: number[] = [];

  /** @param options.axis default 0 */
  constructor(private readonly options: ObserverOptions & { axis?: number } = {}) {
    this.axis = options.axis ?? 0;
  }

  /** Takes in a float32 tensor. @throws for NaN, without the axis, and for another number of channels than before */
  observe(x: tf.Tensor): void {
    const channels = x.shape[this.axis];
    if (channels === undefined)
      throw new Error(`Shape ${shapeText(x.shape)} has no dimension ${this.axis} to observe per channel.`);
    if (this.lows.length && this.lows.length !== channels) {
      throw new Error(
        `Earlier tensors had ${this.lows.length} channels along dimension ${this.axis}, this one has ${channels}.`,
      );
    }
    if (!this.lows.length)
      [this.lows, this.highs] = [
        new Array<number>(channels).fill(Infinity),
        new Array<number>(channels).fill(-Infinity),
      ];
    const inner = strideOf(x.shape, this.axis);
    x.dataSync().forEach((value, i) => {
      if (Number.isNaN(value))
        throw new Error(`Cannot observe NaN (element ${i}): find out which layer or input makes it.`);
      const c = Math.floor(i / inner) % channels;
      if (value < this.lows[c]) this.lows[c] = value;
      if (value > this.highs[c]) this.highs[c] = value;
    });
  }

  /** Scale and zero point of every channel. @throws when nothing was observed */
  quantizationParameters(): PerChannelParameters {
    requireObserved(this.lows.length > 0, 'PerChannelMinMaxObserver');
    const all = this.lows.map((low, c) => parametersFor(low, this.highs[c], this.options));
    const [scales, zeroPoints] = [all.map(({ scale }) => scale), all.map(({ zeroPoint }) => zeroPoint)];
    return { scales, zeroPoints, scale: scales, zeroPoint: zeroPoints, axis: this.axis };
  }
}
