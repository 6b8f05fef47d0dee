import { entryPrefix, type Module, type StateEntry } from '../nn';
import { isFloat } from './dtype';
import { currentName } from './legacy-names';
import { PyTorchFile, stateDictOf } from './pytorch';
import type { EntryInfo, WeightFile } from './weight-file';

/** Where an entry of a checkpoint lies: in one file, or in one of several. */
export interface Located {
  info: EntryInfo;
  file: WeightFile;
}

/** Entries by their names, none of them read yet. */
export type Entries = ReadonlyMap<string, Located>;

/** How the entries of a network are found in a file. */
export interface Search {
  /** Names that the network has. */
  wanted: ReadonlySet<string>;
  /** Told in one line what was chosen, or taken off the names. */
  notice: (line: string) => void;
  /** In a file of PyTorch, the dict that holds the weights. Default: the first that has some of the names. */
  key?: string;
}

/** All entries of a file; those of one state dict where a file of PyTorch has several, or one beside other things. */
export function entriesOf(file: WeightFile, { wanted, ...options }: Search): Map<string, Located> {
  if (!(file instanceof PyTorchFile)) return new Map([...file.tensors].map(([name, info]) => [name, { info, file }]));
  const { names } = stateDictOf(file, wanted, options);
  return new Map([...names].map(([name, full]) => [name, { info: file.info(full), file }]));
}

/**
 * Takes off a prefix that wrappers put before all names, and says so.
 */
export function withoutPrefix(entries: Entries, path: string, { wanted, notice }: Search): Entries {
  const prefix = entryPrefix([...entries.keys()], wanted);
  if (prefix === '') return entries;
  notice(`${path}: the names of its entries begin with '${prefix}', which was taken off.`);
  return new Map(
    [...entries].map(([name, entry]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, entry]),
  );
}

/** Entries by the names that the network has for them: torchvision's of today, then what `rename` makes of those. */
export function renamed(
  entries: Entries,
  { wanted }: Search,
  rename: (name: string, shape: readonly number[]) => string | null,
): Entries {
  const result = new Map<string, Located>();
  for (const [name, entry] of entries) {
    const now = rename(currentName(name, wanted), entry.info.shape);
    if (now === null) continue;
    if (result.has(now)) throw new Error(`Two entries would be '${now}', one of them '${name}'.`);
    result.set(now, entry);
  }
  return result;
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
