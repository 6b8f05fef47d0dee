import { readExactly } from '../read-exactly';
import { TorchDialect, type StorageId, type StorageTable } from './dialect';
import { checkRecord } from './crc';
import { ByteSource, MAX_PICKLE_BYTES, unpickle, type PyValue } from './pickle';
import { RefusedError } from './refused';
import { Storage } from './tensor';
import { requirePlain, zipRecords, type ZipRecord } from './zip';

/** A checkpoint as its file describes it. */
export interface Contents {
  root: PyValue;
  /** Where each storage lies, by its key. */
  storages: ReadonlyMap<string, StorageRecord>;
}

/** A storage in the file. */
export interface StorageRecord {
  start: number;
  size: number;
  /** Checksum of its bytes; null where the form has none. */
  crc32: number | null;
}

/** Longest record of settings, such as the order of bytes. */
const MAX_SETTING_BYTES = 64;

function setting(fd: number, record: ZipRecord | undefined): string | null {
  if (!record) return null;
  if (record.size > MAX_SETTING_BYTES) throw new Error(`Its record '${record.name}' has ${record.size} bytes.`);
  checkRecord(fd, requirePlain(record));
  return Buffer.from(readExactly(fd, record.start, record.size))
    .toString('latin1')
    .trim();
}

/** The folder, with its `/`, that all records of a checkpoint lie in. */
function folderOf(records: ReadonlyMap<string, ZipRecord>): string {
  const pickles = [...records.keys()].filter((name) => /(^|\/)data\.pkl$/.test(name));
  const folder = (pickles.sort((a, b) => a.length - b.length)[0] ?? '').replace(/data\.pkl$/, '');
  if (records.has(`${folder}constants.pkl`))
    throw new RefusedError(
      'It is an archive of torch.jit.save, a program with its weights. Save only the weights in Python: ' +
        'torch.save(torch.jit.load(path).state_dict(), path).',
    );
  if (pickles.length === 0)
    throw new RefusedError('It is a zip archive, but none of torch.save: it has no record data.pkl.');
  return folder;
}

/** Storages are the records `data/KEY`; each is compared with what the pickle says of it as soon as that is met. */
class ArchiveStorages implements StorageTable {
  readonly used = new Map<string, StorageRecord>();

  constructor(
    private readonly records: ReadonlyMap<string, ZipRecord>,
    private readonly folder: string,
  ) {}

  find({ type, key, size, view }: StorageId): Storage {
    if (view) throw new Error(`Storage '${key}' is part of another, which archives do not have.`);
    const record = this.records.get(`${this.folder}data/${key}`);
    const bytes = size * type.elements.size;
    if (!record && bytes > 0) throw new Error(`It has no record 'data/${key}' for a storage of ${bytes} bytes.`);
    if (record && record.size < bytes)
      throw new Error(`Its record '${record.name}' has ${record.size} bytes, but ${bytes} were announced.`);
    if (record) this.used.set(key, requirePlain(record));
    return new Storage(key, type.elements, bytes);
  }
}

/**
 * Reads what an archive of `torch.save` (PyTorch 1.6 and later) describes: data.pkl, and where the storages lie. No
 * storage is read.
 *
 * @throws when the archive is damaged, was written on a big-endian machine, or names what no tensor needs
 */
export async function readArchive(fd: number, size: number, maxTensorBytes: number): Promise<Contents> {
  const records = await zipRecords(fd, size);
  const folder = folderOf(records);
  const order = setting(fd, records.get(`${folder}byteorder`));
  if (order !== null && order !== 'little')
    throw new RefusedError(
      order === 'big'
        ? 'It was written on a big-endian machine (record byteorder). Load and save it on a usual one.'
        : `Its record byteorder says '${order}', neither little nor big.`,
    );
  const storages = new ArchiveStorages(records, folder);
  const pickle = requirePlain(records.get(`${folder}data.pkl`) as ZipRecord);
  if (pickle.size <= MAX_PICKLE_BYTES) checkRecord(fd, pickle); // a longer one is refused while it is read
  const source = new ByteSource(fd, pickle.start, pickle.start + pickle.size);
  const root = unpickle(source, new TorchDialect(storages, maxTensorBytes));
  return { root, storages: storages.used };
}
