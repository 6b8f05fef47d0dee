import type { LoadReport, Module, StateEntry } from '../nn';
import { isFloat } from './dtype';
import { SafetensorsFile } from './reader';

/** Options of {@link load}. */
export interface LoadOptions {
  /** Default true: an entry missing, unknown or of another shape is an error that lists every one. */
  strict?: boolean;
}

/** Entries that are read from the file whenever their data is asked for, so that only one is in memory at a time. */
export function lazyEntries(file: SafetensorsFile): Record<string, StateEntry> {
  return Object.fromEntries(
    [...file.tensors].map(([name, { dtype, shape }]): [string, StateEntry] => {
      const float = isFloat(dtype);
      return [
        name,
        {
          shape,
          dtype: float ? 'float32' : 'int64',
          get data() {
            return float ? file.floats(name) : file.integers(name);
          },
        },
      ];
    }),
  );
}

/** Integers where the network has weights are some quantized form, and would be nonsense as numbers. */
function checkTypes(net: Module, file: SafetensorsFile): void {
  const wrong = net.namedSlots().flatMap(([name, slot]) => {
    const info = file.tensors.get(name);
    const integer = 'integer' in slot && slot.integer;
    if (!info || isFloat(info.dtype) !== integer) return [];
    return [`${name}: expected ${integer ? 'integers' : 'floating-point numbers'}, got ${info.dtype}`];
  });
  if (wrong.length)
    throw new Error(`Entries of another type (${wrong.length}): ${wrong.join('; ')}. The network was left unchanged.`);
}

/**
 * Loads a safetensors file with PyTorch's names and layouts into a network. Float types become float32. Everything is
 * checked before the first weight changes: on an error the network is as it was.
 *
 * @throws with the path when the file is not sound, entries do not fit the network (all are listed), or values are not finite
 * @example
 * ```ts
 * await checkpoint.save(models.create('lenet', { seed: 0 }), 'lenet.safetensors');
 * const net = models.create('lenet');
 * const { missing, unexpected } = await checkpoint.load(net, 'lenet.safetensors');
 * [...missing, ...unexpected]; // => []
 * ```
 */
export async function load(net: Module, path: string, options: LoadOptions = {}): Promise<LoadReport> {
  const file = new SafetensorsFile(path);
  try {
    checkTypes(net, file);
    return net.loadStateDict(lazyEntries(file), options);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  } finally {
    file.close();
  }
}
