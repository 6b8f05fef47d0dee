import { toTorch, torchShape, type BufferSlot, type Module, type ParameterSlot } from '../nn';
import type { Dtype } from './dtype';
import { toFloat16 } from './half';
import { isPyTorchName } from './open';
import { writePyTorch } from './pytorch';
import { sharedOnce } from './shared';
import { writeSafetensors, type TensorSource } from './writer';
import { oneOf } from '../check';
import { bytesOf } from '../files';

/** Options of {@link save}. */
export interface SaveOptions {
  /** Type of weights and floating-point buffers; float16 rounds half to even. Default 'float32'. */
  dtype?: 'float32' | 'float16';
  /** Texts to keep in the file: a safetensors file's metadata, or an attribute `metadata` of PyTorch's state dict. */
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

/** The sources of all tensors by their names; a tensor with several names has one source. */
function namedSources(net: Module, half: boolean): Array<[string, TensorSource]> {
  const sources = new Map<object, TensorSource>();
  return net.namedSlots().map(([name, slot]) => {
    const known = sources.get(slot.tensor) ?? source(name, slot, half);
    sources.set(slot.tensor, known);
    return [name, known];
  });
}

/** A module whose entries are not of version 1 says so in a field `stateVersion`, as PyTorch's do in `_version`. */
const versionOf = (module: Module): number =>
  'stateVersion' in module && typeof module.stateVersion === 'number' ? module.stateVersion : 1;

/** Versions of the modules' entries by their paths, as PyTorch keeps them. */
function versionsOf(net: Module): Map<string, number> {
  return new Map(net.namedModules().map(([path, module]) => [path, versionOf(module)]));
}

/**
 * Saves all parameters and buffers as a file that PyTorch loads: its names, its layouts, its order. The extension says
 * which: `.pt`, `.pth`, `.bin` and `.ckpt` give what `torch.load(path, weights_only=True)` opens, anything else a
 * safetensors file. The file appears whole or not at all.
 *
 * A tensor with several names is written once: in a file of PyTorch all its names share a storage; in a safetensors
 * file the metadata maps its other names to the one kept, as safetensors' `save_model` does.
 *
 * @throws when a value is not finite, or does not fit float16
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 });
 * await checkpoint.save(net, 'lenet.safetensors', { dtype: 'float16' });
 * await checkpoint.save(net, 'lenet.pt');
 * measure.fileSize('lenet.safetensors') < 2 * 61706 + 1000; // => true
 * (await checkpoint.read('lenet.pt'))['fc3.bias'].shape; // => [10]
 * ```
 */
export async function save(
  net: Module,
  path: string,
  { dtype = 'float32', metadata = {} }: SaveOptions = {},
): Promise<void> {
  oneOf('The dtype of checkpoint.save', dtype, ['float32', 'float16']);
  const half = dtype === 'float16';
  if (isPyTorchName(path)) {
    await writePyTorch(path, namedSources(net, half), { metadata, versions: versionsOf(net) });
    return;
  }
  const { kept, aliases } = sharedOnce(net);
  const tensors = kept.map(([name, slot]) => source(name, slot, half));
  await writeSafetensors(path, tensors, { ...metadata, ...aliases, format: 'pt' });
}
