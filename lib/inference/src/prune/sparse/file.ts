import { bytesOf, namingFile, parseJson } from '../../files';
import {
  isPyTorchName,
  load as loadWeights,
  SafetensorsFile,
  writePyTorch,
  writeSafetensors,
  type SparseSource,
  type TensorSource,
} from '../../checkpoint';
import { joinPath, torchShape, toTorch, type Module, type StateDict, type StateEntry } from '../../nn';
import { prunedNames } from '../parametrize';
import { decodeValues } from './decode';
import { bytesOfParts, encode, type EncodeOptions } from './encode';
import { fields, oneOf, positiveIntegers } from '../../check';
import { sameShape, shapeText } from '../../shape';
import { sizes } from './sizes';
import { FORMATS, type SparseFormat, type SparsePart, type SparseTensor } from './tensor';

/** Options of {@link save}. */
export interface SaveSparseOptions extends EncodeOptions {
  /** Format of every tensor with zeros, or 'auto': for each tensor the smallest, dense included. Default 'auto'. */
  format?: SparseFormat | 'auto';
}

/** How one tensor was stored. */
export interface StoredTensor {
  name: string;
  format: 'dense' | SparseFormat;
  bytes: number;
  denseBytes: number;
}

/** In a file's metadata: which entries are parts of a sparse tensor. */
const METADATA = 'scalable_inference.sparse';

/**
 * Saves a network with the masked values of its pruned tensors, under their final names (`fc1.weight`), without masks.
 * A sparse tensor takes several entries: `fc1.weight.bitmask` and `fc1.weight.values`, or `.indices`, or `.crow_indices`
 * and `.col_indices`. Readers that do not know them see plain arrays.
 *
 * A file of PyTorch (`.pt`, `.pth`) holds PyTorch's own sparse tensors, format 'coo' with 64-bit indices, or those dense
 * ones that are smaller; `checkpoint.load` reads it too, as {@link load} does.
 *
 * @returns what every tensor takes, in the network's order
 */
export async function save(
  net: Module,
  path: string,
  { format = 'auto', ...options }: SaveSparseOptions = {},
): Promise<StoredTensor[]> {
  if (isPyTorchName(path)) return saveForPyTorch(net, path, { format, ...options });
  const stored: StoredTensor[] = [];
  const described: Record<string, { format: SparseFormat; shape: readonly number[] }> = {};
  const sources: TensorSource[] = [];
  for (const [name, entry] of Object.entries(finalState(net))) {
    const chosen = choose(entry, format, options);
    const denseBytes = entry.data.length * (entry.dtype === 'int64' ? 8 : 4);
    const sparse = chosen === 'dense' ? null : encode(floats(entry), chosen, options);
    if (sparse) described[name] = { format: sparse.format, shape: sparse.shape };
    const parts = sparse?.parts.map((part) => ({ ...part, name: `${name}.${part.name}` })) ?? [densePart(name, entry)];
    sources.push(...parts.map(source));
    stored.push({ name, format: chosen, bytes: bytesOfParts(parts), denseBytes });
  }
  await writeSafetensors(path, sources, { format: 'pt', [METADATA]: JSON.stringify(described) });
  return stored;
}

/** The same with PyTorch's own sparse tensors, of which it has no bitmasks, and CSR for matrices only. */
async function saveForPyTorch(
  net: Module,
  path: string,
  { format, indexType }: SaveSparseOptions,
): Promise<StoredTensor[]> {
  const hint = 'other formats are for safetensors files';
  const chosen = oneOf(`The sparse format in ${path}`, format, ['auto', 'coo'] as const, { hint });
  oneOf(`indexType in ${path}`, indexType, [undefined, 'I64'] as const, { hint });
  const stored: StoredTensor[] = [];
  const tensors = Object.entries(finalState(net)).map(([name, entry]): [string, TensorSource | SparseSource] => {
    const dense = source(densePart(name, entry));
    const denseBytes = dense.bytes().length;
    const sparse = choose(entry, chosen, {}) === 'dense' ? null : encode(floats(entry), 'coo');
    const isSparse = sparse !== null && (chosen === 'coo' || sparse.bytes < denseBytes);
    stored.push({ name, format: isSparse ? 'coo' : 'dense', bytes: isSparse ? sparse.bytes : denseBytes, denseBytes });
    if (!isSparse) return [name, dense];
    const [indices, values] = sparse.parts.map((part) => source({ ...part, name: `${name}.${part.name}` }));
    return [name, { shape: entry.shape, indices, values }];
  });
  await writePyTorch(path, tensors, { metadata: {}, versions: new Map() });
  return stored;
}

/** State with every pruned tensor as one entry, of its masked values, in the place of its original. */
function finalState(net: Module): StateDict {
  const pruned = new Map(
    net
      .namedModules()
      .flatMap(([path, module]) =>
        prunedNames(module).map((name) => [joinPath(path, name), { module, name }] as const),
      ),
  );
  const entries = Object.entries(net.stateDict()).flatMap(([name, entry]): Array<[string, StateEntry]> => {
    if (pruned.has(name.replace(/_mask$/, '')) && name.endsWith('_mask')) return [];
    const source = name.endsWith('_orig') ? pruned.get(name.slice(0, -5)) : undefined;
    return [source ? [name.slice(0, -5), maskedEntry(source.module, source.name, entry)] : [name, entry]];
  });
  return Object.fromEntries(entries);
}

function maskedEntry(module: Module, name: string, { shape, dtype }: StateEntry): StateEntry {
  const layout = module.parameterSlot(`${name}_orig`)?.layout ?? 'same';
  return { shape, dtype, data: toTorch(module.tensor(name), layout) };
}

const floats = ({ shape, data }: StateEntry): { shape: readonly number[]; values: Float32Array } => ({
  shape,
  values: data as Float32Array,
});

function choose(entry: StateEntry, format: SparseFormat | 'auto', options: EncodeOptions): 'dense' | SparseFormat {
  if (entry.dtype !== 'float32' || !entry.data.some((value: number) => value === 0)) return 'dense';
  if (format !== 'auto') return format;
  const bytes = sizes(floats(entry), options);
  return FORMATS.reduce<'dense' | SparseFormat>((best, each) => (bytes[each] < bytes[best] ? each : best), 'dense');
}

function densePart(name: string, { shape, dtype, data }: StateEntry): SparsePart {
  return { name, dtype: dtype === 'int64' ? 'I64' : 'F32', shape, data };
}

function source({ name, dtype, shape, data }: SparsePart): TensorSource {
  return {
    name,
    dtype,
    shape,
    bytes: () => bytesOf(dtype === 'I64' ? BigInt64Array.from(data as Int32Array, BigInt) : data),
  };
}

/**
 * Loads a file that {@link save} wrote into a network without masks, safetensors or PyTorch's. Everything is read and
 * checked before the first parameter changes.
 *
 * @throws when the file is cut short, an index lies outside its tensor, or the entries do not fit the network
 */
export async function load(net: Module, path: string): Promise<void> {
  if (isPyTorchName(path)) return void (await loadWeights(net, path)); // PyTorch's sparse tensors are known there
  const file = new SafetensorsFile(path);
  try {
    net.loadStateDict(readState(file, net));
  } catch (error) {
    throw namingFile(error, path);
  } finally {
    file.close();
  }
}

/** What a file says of its sparse tensors, by name. */
type Descriptions = Record<string, { format: SparseFormat; shape: number[] }>;

function readDescriptions(value: unknown): Descriptions {
  const named = Object.entries(fields('The description', value)).map(([name, each]) => {
    const { format, shape } = fields(name, each);
    const known = oneOf(`${name}.format`, format, FORMATS);
    return [name, { format: known, shape: positiveIntegers(`${name}.shape`, shape, { least: 1 }) }];
  });
  return Object.fromEntries(named) as Descriptions;
}

/** Before anything is decoded: a few bytes may claim a tensor of any size. */
function refuseOtherShapes(net: Module, described: Descriptions, path: string): void {
  const slots = new Map(net.namedSlots());
  const problems = Object.entries(described).flatMap(([name, { shape }]) => {
    const slot = slots.get(name);
    if (slot === undefined) return [`'${name}' is none of its entries`];
    const expected = torchShape(slot.tensor.shape, slot.layout);
    return sameShape(shape, expected)
      ? []
      : [`'${name}' has shape ${shapeText(shape)}, expected ${shapeText(expected)}`];
  });
  if (problems.length > 0)
    throw new Error(`The sparse tensors of ${path} do not fit the network: ${problems.join('; ')}.`);
}

function readState(file: SafetensorsFile, net: Module): StateDict {
  const described = parseJson(`'${METADATA}' of ${file.path}`, file.metadata[METADATA] ?? '{}', readDescriptions);
  refuseOtherShapes(net, described, file.path);
  const state: StateDict = {};
  const parts = new Set<string>();
  for (const [name, { format, shape }] of Object.entries(described)) {
    const names = [...file.tensors.keys()].filter((key) => key.startsWith(`${name}.`) && !described[key]);
    names.forEach((key) => parts.add(key));
    state[name] = within(`'${name}' of ${file.path}`, () =>
      denseEntry(file, { format, shape, parts: names.map((key) => readPart(file, name, key)), nonzeros: 0, bytes: 0 }),
    );
  }
  for (const [name, { shape, dtype }] of file.tensors) {
    if (parts.has(name)) continue;
    state[name] =
      dtype === 'I64'
        ? { shape, dtype: 'int64', data: file.integers(name) }
        : { shape, dtype: 'float32', data: file.floats(name) };
  }
  return state;
}

function readPart(file: SafetensorsFile, name: string, key: string): SparsePart {
  const { dtype, shape } = file.info(key);
  const data = dtype === 'F32' ? file.floats(key) : file.integers(key);
  return { name: key.slice(name.length + 1), dtype, shape, data };
}

function denseEntry(file: SafetensorsFile, sparse: SparseTensor): StateEntry {
  if (!FORMATS.includes(sparse.format))
    throw new Error(`${file.path} names a sparse format '${String(sparse.format)}' that is not known.`);
  const { shape, values } = decodeValues(sparse);
  return { shape, dtype: 'float32', data: values };
}

function within<T>(what: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}
