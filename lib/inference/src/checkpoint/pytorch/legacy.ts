import { readExactly } from '../read-exactly';
import type { Contents, StorageRecord } from './archive';
import { TorchDialect, type StorageId, type StorageTable } from './dialect';
import { ByteSource, PyDict, PyList, shown, unpickle, type Dialect, type PyValue } from './pickle';
import { RefusedError } from './refused';
import { Storage } from './tensor';

/** First value of such a file. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/** For the values before the weights: numbers and texts, nothing that has a name. */
const PLAIN: Dialect = {
  global: (module, name) => {
    throw new RefusedError(`It names '${module}.${name}' before its weights, where only numbers may be.`);
  },
  call: (callee) => {
    throw new RefusedError(`It calls ${shown(callee)} before its weights.`);
  },
  build: (object) => {
    throw new RefusedError(`It gives ${shown(object)} a state before its weights.`);
  },
  persistent: (id) => {
    throw new RefusedError(`It refers to ${shown(id)} before its weights.`);
  },
};

/** What the pickle says of a storage that follows it. */
interface Announced {
  /** Elements, and bytes of one. */
  size: number;
  elementSize: number;
}

/** Storages follow the pickle, which announces their sizes; views of them have keys of their own. */
class LegacyStorages implements StorageTable {
  readonly announced = new Map<string, Announced>();

  /** @param fileBytes no storage can be larger than its file */
  constructor(private readonly fileBytes: number) {}

  find({ type, key, size, view }: StorageId): Storage {
    const { elements } = type;
    const bytes = size * elements.size;
    if (bytes > this.fileBytes)
      throw new Error(`It announces a storage of ${bytes} bytes, but has ${this.fileBytes} as a whole.`);
    const known = this.announced.get(key);
    if (!known) this.announced.set(key, { size, elementSize: elements.size });
    else if (bytes > known.size * known.elementSize)
      throw new Error(`It announces storage '${key}' with ${known.size * known.elementSize} bytes and with ${bytes}.`);
    if (!view) return new Storage(key, elements, bytes);
    if (view.offset + view.size > size)
      throw new Error(`Part '${view.key}' of storage '${key}' ends at element ${view.offset + view.size} of ${size}.`);
    return new Storage(key, elements, view.size * elements.size, view.offset * elements.size);
  }
}

/** The storages one after the other, each with its number of elements before it. */
function locate(
  fd: number,
  fileBytes: number,
  {
    position,
    keys,
    announced,
  }: { position: number; keys: readonly string[]; announced: ReadonlyMap<string, Announced> },
): Map<string, StorageRecord> {
  const storages = new Map<string, StorageRecord>();
  let at = position;
  for (const key of keys) {
    const known = announced.get(key);
    if (!known || storages.has(key)) throw new Error(`It lists storage '${key}', which no tensor has, or twice.`);
    if (at + 8 > fileBytes) throw new Error(`It ends before storage '${key}': it is cut short.`);
    const size = new DataView(readExactly(fd, at, 8)).getBigInt64(0, true);
    if (size !== BigInt(known.size))
      throw new Error(`Storage '${key}' has ${size} elements at byte ${at}, but ${known.size} were announced.`);
    const bytes = known.size * known.elementSize;
    if (at + 8 + bytes > fileBytes)
      throw new Error(`Storage '${key}' of ${bytes} bytes ends beyond the end of the file: it is cut short.`);
    storages.set(key, { start: at + 8, size: bytes, crc32: null });
    at += 8 + bytes;
  }
  const missing = [...announced].find(([key, { size }]) => size > 0 && !storages.has(key));
  if (missing) throw new Error(`Its list of storages lacks '${missing[0]}'.`);
  return storages;
}

function keysOf(value: PyValue): string[] {
  if (value instanceof PyList && value.items.every((key) => typeof key === 'string' || typeof key === 'number'))
    return value.items.map(String);
  throw new Error(`Its list of storages should hold their keys, got ${shown(value)}.`);
}

function checkHead(source: ByteSource): void {
  const magic = unpickle(source, PLAIN);
  if (magic !== MAGIC)
    throw new RefusedError(
      'It is a pickle, but none of torch.save: its magic number is missing. Save the weights by ' +
        'torch.save(model.state_dict(), path) in Python.',
    );
  const version = unpickle(source, PLAIN);
  if (version !== PROTOCOL) throw new RefusedError(`Its form is number ${shown(version)}; only ${PROTOCOL} is known.`);
  const machine = unpickle(source, PLAIN);
  if (machine instanceof PyDict && machine.items.get('little_endian') === false)
    throw new RefusedError(
      'It was written on a big-endian machine (little_endian is False). Load and save it on a usual one.',
    );
}

/**
 * Reads what a file of `torch.save` before PyTorch 1.6 describes: a magic number, pickles in sequence, and the storages
 * after them. No storage is read.
 */
export function readLegacy(fd: number, fileBytes: number, maxTensorBytes: number): Contents {
  const source = new ByteSource(fd, 0, fileBytes);
  checkHead(source);
  const table = new LegacyStorages(fileBytes);
  const root = unpickle(source, new TorchDialect(table, maxTensorBytes));
  const keys = keysOf(unpickle(source, PLAIN));
  const { announced } = table;
  return { root, storages: locate(fd, fileBytes, { position: source.position, keys, announced }) };
}
