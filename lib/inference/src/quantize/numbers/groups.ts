import { reciprocal } from './affine';
import { saturate } from './dtype';
import { symmetricScale, weightRange } from './weights';
import { integer } from '../../check';

/** Settings of {@link GroupQuantizedTensor.from}. */
export interface GroupOptions {
  /** 2 to 8. Default 4. */
  bits?: number;
  /** Inputs that share a scale. Default 32. A last group may be smaller. */
  groupSize?: number;
}

/**
 * Symmetric integers with one scale for every group of inputs of an output channel, as weight-only quantization of
 * large networks uses them (Frantar et al. 2022, "GPTQ", section 4). The last dimension is the output channel, all
 * others together are the inputs.
 */
export class GroupQuantizedTensor {
  private constructor(
    readonly shape: readonly number[],
    readonly bits: number,
    readonly groupSize: number,
    /** Row-major integers, one a byte. */
    readonly data: Int8Array,
    /** [groups, output channels] */
    readonly scales: Float32Array,
  ) {}

  /** @throws for values that are not finite, bits or group size out of range */
  static from(
    values: Float32Array,
    shape: readonly number[],
    { bits = 4, groupSize = 32 }: GroupOptions = {},
  ): GroupQuantizedTensor {
    const range = weightRange({ bits });
    integer('groupSize', groupSize, { min: 1 });
    const outputs = shape.at(-1) as number;
    const rows = values.length / outputs;
    const scales = new Float32Array(Math.ceil(rows / groupSize) * outputs);
    const slot = (i: number): number => Math.floor(Math.floor(i / outputs) / groupSize) * outputs + (i % outputs);
    values.forEach((value, i) => {
      if (!Number.isFinite(value)) throw new Error(`Weights must be finite to be quantized, element ${i} is ${value}.`);
      scales[slot(i)] = Math.max(scales[slot(i)], Math.abs(value));
    });
    scales.forEach((magnitude, g) => {
      scales[g] = symmetricScale(magnitude, range);
    });
    const inverses = scales.map(reciprocal);
    const data = Int8Array.from(values, (value, i) => saturate(Math.fround(value * inverses[slot(i)]), range));
    return new GroupQuantizedTensor(shape, bits, groupSize, data, scales);
  }

  /** The real numbers that the integers stand for. */
  realValues(): Float32Array {
    const outputs = this.shape.at(-1) as number;
    return Float32Array.from(
      this.data,
      (q, i) => q * this.scales[Math.floor(Math.floor(i / outputs) / this.groupSize) * outputs + (i % outputs)],
    );
  }

  /** The integers without gaps: the lowest bits first, two a byte for 4 bits. */
  packed(): Uint8Array {
    return packBits(this.data, this.bits);
  }

  /** Bytes of packed integers and scales together. */
  get bytes(): number {
    return Math.ceil((this.data.length * this.bits) / 8) + this.scales.byteLength;
  }
}

/** Writes signed integers of few bits one after the other. */
export function packBits(values: Int8Array, bits: number): Uint8Array {
  const packed = new Uint8Array(Math.ceil((values.length * bits) / 8));
  const mask = (1 << bits) - 1;
  values.forEach((value, i) => {
    const at = i * bits;
    const word = (value & mask) << (at % 8);
    packed[at >> 3] |= word & 255;
    if (word > 255) packed[(at >> 3) + 1] |= word >> 8;
  });
  return packed;
}

/** Reads what {@link packBits} wrote. */
export function unpackBits(packed: Uint8Array, bits: number, count: number): Int8Array {
  const values = new Int8Array(count);
  const sign = 1 << (bits - 1);
  const mask = (1 << bits) - 1;
  for (let i = 0; i < count; i++) {
    const at = i * bits;
    const word = (packed[at >> 3] | ((packed[(at >> 3) + 1] ?? 0) << 8)) >> (at % 8);
    values[i] = ((word & mask) ^ sign) - sign;
  }
  return values;
}
