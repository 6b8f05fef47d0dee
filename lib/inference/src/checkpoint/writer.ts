import { writeFileAtomic } from '../files';
import { DTYPE_BYTES, type Dtype } from './dtype';
import { shapeText, sizeOf } from '../shape';

/** One tensor to write; its bytes are asked for when its turn comes, so that only one is held at a time. */
export interface TensorSource {
  name: string;
  dtype: Dtype;
  shape: readonly number[];
  /** Little-endian, row-major. */
  bytes(): Uint8Array;
}

const bytesNeeded = ({ dtype, shape }: TensorSource): number => sizeOf(shape) * DTYPE_BYTES[dtype];

function headerBytes(tensors: readonly TensorSource[], metadata: Readonly<Record<string, string>>): Uint8Array {
  let end = 0;
  const entries = tensors.map((tensor): [string, unknown] => {
    const begin = end;
    end += bytesNeeded(tensor);
    return [tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, end] }];
  });
  const named = Object.keys(metadata).length ? [['__metadata__', metadata] as [string, unknown], ...entries] : entries;
  const json = JSON.stringify(Object.fromEntries(named));
  const text = Buffer.from(json);
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' '); // so that the data starts at a multiple of eight
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  text.copy(padded, 8);
  return padded;
}

function* chunks(tensors: readonly TensorSource[], metadata: Readonly<Record<string, string>>): Generator<Uint8Array> {
  yield headerBytes(tensors, metadata);
  for (const tensor of tensors) yield checkedBytes(tensor);
}

/** A tensor's bytes, as many as its type and shape need. */
export function checkedBytes(tensor: TensorSource): Uint8Array {
  const bytes = tensor.bytes();
  if (bytes.length === bytesNeeded(tensor)) return bytes;
  throw new Error(
    `Entry '${tensor.name}' of shape ${shapeText(tensor.shape)} and dtype ${tensor.dtype} needs ${bytesNeeded(tensor)} bytes, got ${bytes.length}.`,
  );
}

/**
 * Writes a safetensors file: the old file or the whole new one is there, never a part. Wide types come first, so that
 * every tensor starts at a multiple of its element's size; otherwise the order is kept.
 *
 * @param metadata texts by name; PyTorch's tools expect `{ format: 'pt' }`
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorSource[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const seen = new Set<string>();
  for (const { name } of tensors) {
    if (seen.has(name) || name === '__metadata__')
      throw new Error(`A safetensors file cannot hold two entries named '${name}'.`);
    seen.add(name);
  }
  const ordered = [...tensors].sort((a, b) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype]);
  await writeFileAtomic(path, chunks(ordered, metadata));
}
