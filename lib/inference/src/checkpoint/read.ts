import { naming, openWeightFile } from './open';
import { TORCH_NAMES } from './pytorch';
import type { EntryValues } from './weight-file';

/** One tensor of a file. */
export interface ReadEntry {
  /** torch's name of its type, such as 'float32', 'bfloat16', 'int64' or 'bool'. */
  dtype: string;
  shape: readonly number[];
  /**
   * Row-major values: an array of that type, bigint for 64-bit integers, 0 and 1 for truth values. Floating-point
   * numbers of 16 and 8 bits become float32, exactly.
   */
  data: EntryValues;
}

/**
 * Reads all tensors of a file: `.safetensors`, or `.pt` and `.pth` as `torch.save` writes them. Dicts in dicts, and
 * lists, give names joined by '/'; what is no tensor, such as a learning rate, is left out. Tensors that share a
 * storage may share memory.
 *
 * @throws with the path when the file is missing, damaged, or holds what no tensor needs, see {@link load}
 * @example
 * ```ts
 * const net = models.create('lenet', { seed: 0 });
 * await checkpoint.save(net, 'lenet.safetensors');
 * const entries = await checkpoint.read('lenet.safetensors');
 * entries['conv1.weight'].shape; // => [6, 1, 5, 5]
 * ```
 */
export async function read(path: string): Promise<Record<string, ReadEntry>> {
  const file = await openWeightFile(path);
  try {
    const values = file.allValues();
    return Object.fromEntries(
      [...file.tensors].map(([name, { dtype, shape }]): [string, ReadEntry] => [
        name,
        { dtype: TORCH_NAMES[dtype], shape: [...shape], data: values.get(name) as EntryValues },
      ]),
    );
  } catch (error) {
    throw naming(path, error);
  } finally {
    file.close();
  }
}
