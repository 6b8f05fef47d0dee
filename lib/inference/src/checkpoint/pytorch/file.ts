import * as fs from 'node:fs';
import { openFile, readExactly } from '../read-exactly';
import { valuesOf, WeightFile, type EntryInfo, type EntryValues } from '../weight-file';
import { readArchive, type Contents, type StorageRecord } from './archive';
import { checkBytes, checkRecord } from './crc';
import { gather } from './gather';
import { readLegacy } from './legacy';
import type { PyValue } from './pickle';
import { RefusedError } from './refused';
import { isArchive, refuseTar } from './signature';
import { SparseView, withZeros } from './sparse';
import { RefusedValue, TensorView } from './tensor';
import { metadataOf, treeOf, type Tree } from './tree';
import type { Dtype } from '../dtype';

/** Values of one tensor may take that many bytes, however small the file. */
const LEAST_TENSOR_BYTES = 2 ** 20;
/** Values of all entries may take that many times the file: tensors that share a storage are written out each. */
const MAX_EXPANSION = 4;
const LEAST_TOTAL_BYTES = 2 ** 26;

async function contentsOf(fd: number): Promise<Contents & { fileBytes: number }> {
  const stat = fs.fstatSync(fd);
  if (!stat.isFile()) throw new RefusedError('It is not a file.');
  if (stat.size === 0) throw new Error('It is empty.');
  refuseTar(fd, stat.size);
  const maxTensorBytes = Math.max(stat.size, LEAST_TENSOR_BYTES);
  const contents = isArchive(fd, stat.size)
    ? await readArchive(fd, stat.size, maxTensorBytes)
    : readLegacy(fd, stat.size, maxTensorBytes);
  return { ...contents, fileBytes: stat.size };
}

const sentence = (text: string): string => text.replace(/\.?$/, '.');

/**
 * A file of `torch.save` open for reading, `.pt` or `.pth`: the zip form of PyTorch 1.6 and later, and the one before.
 * Its pickle is interpreted, never run. All of it is checked when it is opened; tensors are read one at a time when
 * asked for. Tensors of dicts in dicts, and of lists, have names joined by '/'.
 */
export class PyTorchFile extends WeightFile {
  /** Texts that `checkpoint.save` was given; empty in files of others. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, EntryInfo>;
  /** How its entries lie in dicts. */
  readonly tree: Tree;
  private readonly verified = new Set<string>();

  private constructor(
    path: string,
    private readonly fd: number,
    private readonly storages: ReadonlyMap<string, StorageRecord>,
    private readonly fileBytes: number,
    root: PyValue,
  ) {
    super(path);
    this.metadata = metadataOf(root);
    this.tree = treeOf(root);
    const { tree } = this;
    this.tensors = new Map(
      [...tree.tensors].flatMap(([name, view]): Array<[string, EntryInfo]> =>
        view instanceof RefusedValue ? [] : [[name, { name, dtype: view.elements.dtype as Dtype, shape: view.shape }]],
      ),
    );
  }

  /** @throws when the file is missing, damaged, or names what no tensor needs; the message says what */
  static async open(path: string): Promise<PyTorchFile> {
    const fd = openFile(path);
    try {
      const { root, storages, fileBytes } = await contentsOf(fd);
      return new PyTorchFile(path, fd, storages, fileBytes, root);
    } catch (error) {
      fs.closeSync(fd);
      const { message } = error as Error;
      throw new Error(
        error instanceof RefusedError
          ? `${path} cannot be read: ${sentence(message)}`
          : `${path} is not a sound PyTorch file: ${sentence(message)} Download or save it again.`,
      );
    }
  }

  /** @throws when one of the entries is of a kind that is not read, such as a sparse tensor */
  checkReadable(names: Iterable<string>): void {
    for (const name of names) {
      const value = this.tree.tensors.get(name);
      if (!(value instanceof RefusedValue)) continue;
      const hint = value.hint === '' ? '' : `: ${value.hint} before it is saved`;
      throw new Error(`Entry '${name}' of ${this.path} is ${value.title}, which is not read${hint}.`);
    }
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    const view = this.view(name);
    return new Uint8Array(
      view instanceof SparseView ? withZeros(view, (part) => this.bytesOf(part)) : this.bytesOf(view),
    );
  }

  /** Values of every entry; those that lie in one storage as they are share its memory. */
  override allValues(): Map<string, EntryValues> {
    this.checkReadable(this.tree.tensors.keys());
    const views = [...this.tensors.keys()].map((name) => ({ name, view: this.view(name) }));
    const total = views.reduce((sum, { view }) => sum + view.size * view.elements.size, 0);
    if (total > Math.max(MAX_EXPANSION * this.fileBytes, LEAST_TOTAL_BYTES))
      throw new Error(`${this.path}: its entries would take ${total} bytes, but the file has ${this.fileBytes}.`);
    const shared = new Map<string, ArrayBuffer>();
    const whole = (key: string): ArrayBuffer => {
      const buffer = shared.get(key) ?? this.part(key, 0, this.storages.get(key)?.size ?? 0);
      shared.set(key, buffer);
      return buffer;
    };
    const uses = new Map<string, number>();
    for (const { view } of views)
      if (view instanceof TensorView) uses.set(view.storage.key, (uses.get(view.storage.key) ?? 0) + 1);
    return new Map(
      views.map(({ name, view }) => {
        if (view instanceof SparseView) return [name, this.values(name)];
        const isShared = view.isContiguous && view.size > 0 && uses.get(view.storage.key) !== 1;
        return [name, isShared ? this.sharedValues(view, whole(view.storage.key)) : this.values(name)];
      }),
    );
  }

  close(): void {
    fs.closeSync(this.fd);
  }

  private sharedValues(view: TensorView, buffer: ArrayBuffer): EntryValues {
    const itemBytes = view.elements.size;
    const begin = view.storage.begin + view.offset * itemBytes;
    return valuesOf(view.elements.dtype as Dtype, buffer, begin, view.size * itemBytes);
  }

  private view(name: string): TensorView | SparseView {
    this.info(name);
    return this.tree.tensors.get(name) as TensorView | SparseView;
  }

  /** A tensor's bytes in row-major order. */
  private bytesOf(view: TensorView): ArrayBuffer {
    const itemBytes = view.elements.size;
    const begin = view.storage.begin + view.offset * itemBytes;
    const stored = this.part(view.storage.key, begin, view.extent * itemBytes);
    return view.isContiguous ? stored : gather(stored, itemBytes, view);
  }

  /** Part of a storage; its checksum is compared when it is first read. */
  private part(key: string, begin: number, length: number): ArrayBuffer {
    if (length === 0) return new ArrayBuffer(0);
    const record = this.storages.get(key) as StorageRecord;
    const named = `data/${key}`;
    const { crc32, start, size } = record;
    const isWhole = begin === 0 && length === size;
    const isNew = crc32 !== null && !this.verified.has(key);
    if (isNew && !isWhole) checkRecord(this.fd, { name: named, start, size, crc32 });
    const buffer = readExactly(this.fd, start + begin, length);
    if (isNew && isWhole) checkBytes(named, new Uint8Array(buffer), crc32);
    this.verified.add(key);
    return buffer;
  }
}
