import { strideOf, sizeOf } from '../../../shape';
import { DTYPE_BYTES, type Dtype } from '../../dtype';
import type { TensorSource } from '../../writer';
import { TORCH_NAMES } from '../types';
import { PickleWriter } from './pickle';

/** A tensor without its zeros, as torch's sparse COO. */
export interface SparseSource {
  shape: readonly number[];
  /** I64 [rank, count]: coordinates, in row-major order, none twice. */
  indices: TensorSource;
  /** [count]. */
  values: TensorSource;
}

/** What is written under each name; names of one tensor share its bytes. */
export type NamedTensors = ReadonlyArray<[name: string, tensor: TensorSource | SparseSource]>;

/** What a state dict says beside its tensors. */
export interface StateDictFields {
  /** Texts, which Python finds as the dict's attribute `metadata`. */
  metadata: Readonly<Record<string, string>>;
  /** Versions of the modules, by their paths, as PyTorch's own state dicts have them in `_metadata`. */
  versions: ReadonlyMap<string, number>;
}

const STORAGES: Partial<Record<Dtype, string>> = {
  F64: 'DoubleStorage',
  F32: 'FloatStorage',
  F16: 'HalfStorage',
  BF16: 'BFloat16Storage',
  I64: 'LongStorage',
  I32: 'IntStorage',
  I16: 'ShortStorage',
  I8: 'CharStorage',
  U8: 'ByteStorage',
  BOOL: 'BoolStorage',
};

/** A tensor as `torch._utils` rebuilds it. Types without a class of storages name their type. */
function writeTensor(pickle: PickleWriter, { dtype, shape }: TensorSource, key: number): void {
  const storage = STORAGES[dtype];
  const size = sizeOf(shape) * (storage ? 1 : DTYPE_BYTES[dtype]);
  pickle.global('torch._utils', storage ? '_rebuild_tensor_v2' : '_rebuild_tensor_v3').tuple(() => {
    pickle.tuple(() => {
      pickle.text('storage').global(storage ? 'torch' : 'torch.storage', storage ?? 'UntypedStorage');
      pickle.text(String(key)).text('cpu').integer(size);
    });
    pickle.op('Q').integer(0).integers(shape);
    pickle.integers(shape.map((_, axis) => strideOf(shape, axis)));
    pickle.boolean(false).orderedDict();
    if (!storage) pickle.global('torch', TORCH_NAMES[dtype]);
  });
  pickle.op('R');
}

function writeSparse(pickle: PickleWriter, { shape, indices, values }: SparseSource, keyOf: KeyOf): void {
  pickle.global('torch._utils', '_rebuild_sparse_tensor').tuple(() => {
    pickle
      .global('torch.serialization', '_get_layout')
      .tuple(() => pickle.text('torch.sparse_coo'))
      .op('R');
    pickle.tuple(() => {
      writeTensor(pickle, indices, keyOf(indices));
      writeTensor(pickle, values, keyOf(values));
      pickle.integers(shape).boolean(true);
    });
  });
  pickle.op('R');
}

/** The number of a tensor's storage. */
type KeyOf = (tensor: TensorSource) => number;

function writeFields(pickle: PickleWriter, { metadata, versions }: StateDictFields): void {
  const texts = Object.entries(metadata);
  if (texts.length === 0 && versions.size === 0) return;
  pickle.dict(() => {
    if (versions.size) {
      pickle.text('_metadata').orderedDict(() => {
        for (const [path, version] of versions) pickle.text(path).dict(() => pickle.text('version').integer(version));
      });
    }
    if (texts.length) pickle.text('metadata').dict(() => texts.forEach(([name, text]) => pickle.text(name).text(text)));
  });
  pickle.op('b');
}

/**
 * The pickle of a state dict, and the tensors whose bytes are its storages 0, 1, 2 and so on.
 *
 * @throws when two tensors have one name
 */
export function stateDictPickle(
  tensors: NamedTensors,
  fields: StateDictFields,
): { pickle: Buffer; storages: TensorSource[] } {
  const keys = new Map<TensorSource, number>();
  const keyOf: KeyOf = (tensor) => {
    const key = keys.get(tensor) ?? keys.size;
    keys.set(tensor, key);
    return key;
  };
  const names = new Set<string>();
  const pickle = new PickleWriter();
  pickle.orderedDict(() => {
    for (const [name, tensor] of tensors) {
      if (names.has(name)) throw new Error(`A file of PyTorch cannot hold two entries named '${name}'.`);
      names.add(name);
      pickle.text(name);
      if ('indices' in tensor) writeSparse(pickle, tensor, keyOf);
      else writeTensor(pickle, tensor, keyOf(tensor));
    }
  });
  writeFields(pickle, fields);
  return { pickle: pickle.finish(), storages: [...keys.keys()] };
}
