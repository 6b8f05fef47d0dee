import { toTorch, torchShape, type BufferSlot, type Module, type ParameterSlot } from '../nn';
import type { Dtype } from './dtype';
import { toFloat16 } from './half';
import { sharedOnce } from './shared';
import { writeSafetensors, type TensorSource } from './writer';
import { oneOf } from '../check';
import { bytesOf } from '../files';

/** Options of {@link save}. */
export interface SaveOptions {
  /** Type of weights and floating-point buffers; float16 rounds half to even. Default 'float32'. */
  dtype?: 'float32' | 'float16';
  /** Texts to keep in the file beside `format: pt`. */
  metadata?: Readonly<Record<string, string>>;
}

function floatBytes(name: string, values: Float32Array, half: boolean): Uint8Array {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new Error(
      `Entry '${name}' holds ${values[at]} at element ${at}: a checkpoint of it could not be loaded. Nothing was saved.`,
    );
  if (!half) return bytesOf(values);
  const halves = toFloat16(values);
  const over = halves.findIndex((bits) => (bits & 0x7fff) === 0x7c00);
  if (over >= 0)
    throw new Error(
      `Entry '${name}' holds ${values[over]}, beyond float16's 65504: save with dtype 'float32'. Nothing was saved.`,
    );
  return bytesOf(halves);
}

function source(name: string, slot: ParameterSlot | BufferSlot, half: boolean): TensorSource {
  const integer = 'integer' in slot && slot.integer;
  const dtype: Dtype = integer ? 'I64' : half ? 'F16' : 'F32';
  return {
    name,
    dtype,
    shape: torchShape(slot.tensor.shape, slot.layout),
    bytes() {
      const values = toTorch(slot.tensor, slot.layout);
      return integer
        ? bytesOf(BigInt64Array.from(values as Int32Array, BigInt))
        : floatBytes(name, values as Float32Array, half);
    },
  };
}

/**
 * Saves all parameters and buffers as a safetensors file that PyTorch loads: its names, its layouts, its order.
 * A tensor with several names is written once, as safetensors' `save_model` does: the metadata maps its other names to
 * the one kept. The file appears whole or not at all.
 *
 * @throws when a value is not finite, or does not fit float16
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 });
 * await checkpoint.save(net, 'lenet.safetensors', { dtype: 'float16' });
 * measure.fileSize('lenet.safetensors') < 2 * 61706 + 1000; // => true
 * ```
 */
export async function save(
  net: Module,
  path: string,
  { dtype = 'float32', metadata = {} }: SaveOptions = {},
): Promise<void> {
  oneOf('The dtype of checkpoint.save', dtype, ['float32', 'float16']);
  const { kept, aliases } = sharedOnce(net);
  const tensors = kept.map(([name, slot]) => source(name, slot, dtype === 'float16'));
  await writeSafetensors(path, tensors, { ...metadata, ...aliases, format: 'pt' });
}
