import { CALLS } from './calls';
import { PyDict, PyList, PyObject, PyTuple, shown, type Dialect, type PyValue } from './pickle';
import { RefusedError } from './refused';
import { Opaque, RefusedValue, type Storage, TensorView } from './tensor';
import { ELEMENT_TYPES, storageType, StorageType } from './types';

/** Finds the storages that a pickle names outside of itself. */
export interface StorageTable {
  /** @throws when the file has no such storage, or it is shorter */
  find(id: StorageId): Storage;
}

/** How a pickle names a storage. */
export interface StorageId {
  type: StorageType;
  key: string;
  /** Elements. */
  size: number;
  /** A part of it, by a key of its own, in elements; null for all of it. */
  view: { key: string; offset: number; size: number } | null;
}

/** A class or function of the closed list. */
class Callable extends PyObject {
  constructor(readonly title: string) {
    super();
  }
}

/** Schemes of quantization, memory formats and layouts are named as `torch.NAME`. */
const NAMED = new Set(
  [
    'per_tensor_affine',
    'per_tensor_symmetric',
    'per_channel_affine',
    'per_channel_symmetric',
    'per_channel_affine_float_qparams',
  ]
    .concat(['contiguous_format', 'channels_last', 'preserve_format', 'strided'])
    .map((name) => `torch.${name}`),
);

/** Modules as Python 2 and earlier versions of torch named them. */
const RENAMED: Readonly<Record<string, string>> = { __builtin__: 'builtins', 'torch.tensor': 'torch._tensor' };

/** Values that the calls of one pickle may copy: a list that is stored once can be given to many of them. */
const MAX_COPIED = 4_000_000;

function copiedBy({ items }: PyTuple): number {
  const first = items[0] ?? null;
  if (first instanceof PyList || first instanceof PyTuple) return first.items.length;
  if (first instanceof PyDict) return first.items.size;
  return typeof first === 'string' ? first.length : 0;
}

/** A text of which nothing but printable characters is repeated. */
const printable = (text: string): string => JSON.stringify(text.slice(0, 120)).slice(1, -1);

const isCount = (value: PyValue | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * What names mean in checkpoints of PyTorch: the closed list that `torch.load(weights_only=True)` has for tensors.
 * Nothing that is named is run; tensors are described, with every number checked.
 */
export class TorchDialect implements Dialect {
  private copied = 0;

  /** @param maxTensorBytes what the values of one tensor may take */
  constructor(
    private readonly storages: StorageTable,
    private readonly maxTensorBytes: number,
  ) {}

  global(module: string, name: string): PyValue {
    const full = `${RENAMED[module] ?? module}.${name}`;
    const elements = full.startsWith('torch.') ? ELEMENT_TYPES.get(full.slice(6)) : undefined;
    if (elements) return elements;
    if (NAMED.has(full)) return new Opaque(full);
    if (CALLS.has(full)) return new Callable(full);
    const storage = storageType(full);
    if (storage) return storage;
    throw new RefusedError(
      `It names '${printable(full)}', which is neither a tensor nor part of one, and nothing in a file is run. ` +
        'Save only the weights in Python: torch.save(model.state_dict(), path).',
    );
  }

  call(callee: PyValue, args: PyTuple): PyValue {
    const call = callee instanceof Callable ? CALLS.get(callee.title) : undefined;
    if (!call) throw new RefusedError(`It calls ${shown(callee)}, and nothing in a file is run.`);
    this.copied += copiedBy(args);
    if (this.copied > MAX_COPIED) throw new Error(`Its calls copy more than ${MAX_COPIED} values.`);
    return call(args.items, this.maxTensorBytes);
  }

  build(object: PyValue, state: PyValue): void {
    if (object instanceof PyDict && state instanceof PyDict && object.fields === null) {
      object.fields = state;
      return;
    }
    // Parameters of old versions: whether they are trained, and hooks.
    if (object instanceof TensorView && state instanceof PyTuple && typeof state.items[0] === 'boolean') return;
    if (object instanceof RefusedValue) return;
    throw new RefusedError(`It gives ${shown(object)} a state, which no tensor needs.`);
  }

  persistent(id: PyValue): PyValue {
    const [kind, type, key, , size, view] = id instanceof PyTuple ? id.items : [];
    if (kind !== 'storage')
      throw new RefusedError(`It refers to ${shown(id)} outside of its pickle, where only storages may be.`);
    const name = typeof key === 'number' ? String(key) : key;
    if (!(type instanceof StorageType) || typeof name !== 'string' || !isCount(size))
      throw new Error(
        `A storage is named by a class, a key and a size, got ${[type, key, size].map(shown).join(', ')}.`,
      );
    if (!/^[\w-][\w.-]{0,99}$/.test(name))
      throw new Error(`The key '${printable(name)}' of a storage is no plain name.`);
    return this.storages.find({ type, key: name, size, view: partOf(view) });
  }
}

function partOf(view: PyValue | undefined): StorageId['view'] {
  if (view === undefined || view === null) return null;
  const [key, offset, size] = view instanceof PyTuple ? view.items : [];
  if ((typeof key === 'string' || isCount(key)) && isCount(offset) && isCount(size))
    return { key: String(key), offset, size };
  throw new Error(`Part of a storage is named by a key, an offset and a size, got ${shown(view)}.`);
}
