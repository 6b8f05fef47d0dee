import { PyDict, PyList, PyTuple, shown, type PyValue } from './pickle';
import { RefusedError } from './refused';
import { SparseView } from './sparse';
import { RefusedValue, TensorView } from './tensor';

/** Dicts and lists inside each other are at most that many. */
const MAX_DEPTH = 64;
const MAX_ENTRIES = 1_000_000;
const MAX_NAME_LENGTH = 2000;

/** The tensors of a checkpoint by their names: those of dicts in dicts are joined by '/'. */
export interface Tree {
  /** In the file's order. */
  tensors: Map<string, TensorView | SparseView | RefusedValue>;
  /** Names of the tensors that each dict or list holds itself, by its own name; '' is the outermost. */
  groups: Map<string, string[]>;
  /** Entries of those dicts that are no tensors, such as a learning rate, by the name of the dict. */
  others: Map<string, string[]>;
  /** What PyTorch keeps about the modules of a state dict, by the dict's name: versions by the module's path. */
  versions: Map<string, Map<string, number>>;
}

type Container = PyDict | PyList | PyTuple;

const isContainer = (value: PyValue): value is Container =>
  value instanceof PyDict || value instanceof PyList || value instanceof PyTuple;

function keyText(key: PyValue): string {
  const isText =
    typeof key === 'string' || typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean';
  if (!isText && key !== null) throw new RefusedError(`A dict has ${shown(key)} as a key, where names should be.`);
  const text = key === null ? 'None' : String(key);
  if (text === '__proto__') throw new RefusedError("An entry is named '__proto__', which no module may be.");
  if (text.length > MAX_NAME_LENGTH) throw new RefusedError(`An entry has a name of ${text.length} characters.`);
  return text;
}

const itemsOf = (container: Container): Array<[PyValue, PyValue]> =>
  container instanceof PyDict ? [...container.items] : container.items.map((item, i) => [i, item]);

function versionsOf(dict: PyDict): Map<string, number> {
  const metadata = dict.fields?.items.get('_metadata');
  const versions = new Map<string, number>();
  if (!(metadata instanceof PyDict)) return versions;
  for (const [path, about] of metadata.items) {
    const version = about instanceof PyDict ? about.items.get('version') : undefined;
    if (typeof path === 'string' && typeof version === 'number') versions.set(path, version);
  }
  return versions;
}

/** Texts that were kept as the attribute `metadata` of the outermost dict. */
export function metadataOf(root: PyValue): Record<string, string> {
  const metadata = root instanceof PyDict ? root.fields?.items.get('metadata') : undefined;
  if (!(metadata instanceof PyDict)) return {};
  const texts = [...metadata.items].flatMap(([name, text]): Array<[string, string]> =>
    typeof name === 'string' && typeof text === 'string' ? [[name, text]] : [],
  );
  return Object.fromEntries(texts);
}

/** Walks through containers; each step is counted, since a container may be in many others. */
class Walk {
  readonly tree: Tree = { tensors: new Map(), groups: new Map(), others: new Map(), versions: new Map() };
  private steps = 0;

  visit(container: Container, path: string, depth: number): void {
    if (depth > MAX_DEPTH) throw new RefusedError(`Its dicts and lists lie in each other more than ${MAX_DEPTH} deep.`);
    if (container instanceof PyDict && container.fields) this.tree.versions.set(path, versionsOf(container));
    for (const [key, value] of itemsOf(container)) {
      if (++this.steps > MAX_ENTRIES) throw new RefusedError(`It has more than ${MAX_ENTRIES} entries.`);
      const name = keyText(key);
      const full = path === '' ? name : `${path}/${name}`;
      if (isContainer(value)) this.visit(value, full, depth + 1);
      else if (value instanceof TensorView || value instanceof SparseView || value instanceof RefusedValue)
        this.add(path, full, value);
      else append(this.tree.others, path, full);
    }
  }

  private add(path: string, name: string, tensor: TensorView | SparseView | RefusedValue): void {
    if (this.tree.tensors.has(name)) throw new RefusedError(`It has two entries named '${name}'.`);
    if (name.length > MAX_NAME_LENGTH) throw new RefusedError(`An entry has a name of ${name.length} characters.`);
    this.tree.tensors.set(name, tensor);
    append(this.tree.groups, path, name);
  }
}

function append(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** @throws when the outermost value is no dict or list, lies too deep, or its names are none */
export function treeOf(root: PyValue): Tree {
  if (!isContainer(root)) {
    const what = root instanceof TensorView ? 'a single tensor without a name' : shown(root);
    throw new RefusedError(`It holds ${what}, where a dict of tensors was expected.`);
  }
  const walk = new Walk();
  walk.visit(root, '', 1);
  return walk.tree;
}
