import { entryPrefix, type Module, type StateEntry } from '../nn';
import { isFloat, type TensorInfo } from './dtype';
import type { SafetensorsFile } from './reader';

/** Where an entry of a checkpoint lies: in one file, or in one of several. */
export interface Located {
  info: TensorInfo;
  file: SafetensorsFile;
}

/** Entries by their names, none of them read yet. */
export type Entries = ReadonlyMap<string, Located>;

/** All entries of a file. */
export function entriesOf(file: SafetensorsFile): Map<string, Located> {
  return new Map([...file.tensors].map(([name, info]) => [name, { info, file }]));
}

/**
 * Takes off a prefix that wrappers put before all names, and says so.
 *
 * @param wanted names that the network has
 * @param notice is told what was taken off, in one line
 */
export function withoutPrefix(
  entries: Entries,
  wanted: ReadonlySet<string>,
  path: string,
  notice: (line: string) => void,
): Entries {
  const prefix = entryPrefix([...entries.keys()], wanted);
  if (prefix === '') return entries;
  notice(`${path}: the names of its entries begin with '${prefix}', which was taken off.`);
  return new Map(
    [...entries].map(([name, entry]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, entry]),
  );
}

/** Entries that are read from their file whenever their data is asked for, so that only one is in memory at a time. */
export function lazyEntries(entries: Entries): Record<string, StateEntry> {
  return Object.fromEntries(
    [...entries].map(([name, { info, file }]): [string, StateEntry] => {
      const float = isFloat(info.dtype);
      return [
        name,
        {
          shape: info.shape,
          dtype: float ? 'float32' : 'int64',
          get data() {
            return float ? file.floats(info.name) : file.integers(info.name);
          },
        },
      ];
    }),
  );
}

/** Integers where the network has weights are some quantized form, and would be nonsense as numbers. */
export function checkTypes(net: Module, entries: Entries): void {
  const wrong = net.namedSlots().flatMap(([name, slot]) => {
    const entry = entries.get(name);
    const integer = 'integer' in slot && slot.integer;
    if (!entry || isFloat(entry.info.dtype) !== integer) return [];
    return [`${name}: expected ${integer ? 'integers' : 'floating-point numbers'}, got ${entry.info.dtype}`];
  });
  if (wrong.length)
    throw new Error(`Entries of another type (${wrong.length}): ${wrong.join('; ')}. The network was left unchanged.`);
}
