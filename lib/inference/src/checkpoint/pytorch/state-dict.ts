import { got } from '../../check';
import { entryPrefix } from '../../nn';
import type { PyTorchFile } from './file';

/** Where trainers keep the weights in a checkpoint, the usual ones first, averaged ones last. */
const USUAL_KEYS = [
  'state_dict',
  'model_state_dict',
  'model',
  'model_state',
  'net',
  'network',
  'weights',
  'params',
  'ema',
  'ema_state_dict',
  'model_ema',
  'state_dict_ema',
  'params_ema',
];

/** A dict of tensors in a file. */
interface Group {
  /** Its keys joined by '/'; '' for the outermost. */
  path: string;
  /** Names of the entries within it. */
  names: string[];
  /** Whether the network has some of them. */
  fits: boolean;
}

const within = (path: string, name: string): string => (path === '' ? name : name.slice(path.length + 1));

function groupsOf({ tree }: PyTorchFile, wanted: ReadonlySet<string>): Group[] {
  return [...tree.groups].map(([path, full]) => {
    const names = full.map((name) => within(path, name));
    return { path, names, fits: names.some((name) => wanted.has(name)) || entryPrefix(names, wanted) !== '' };
  });
}

/** The outermost dict comes first, then usual keys in their order, then others. */
function rank({ path }: Group): number {
  if (path === '') return -1;
  const at = USUAL_KEYS.indexOf(path.slice(path.lastIndexOf('/') + 1));
  return at < 0 ? USUAL_KEYS.length : at;
}

function best(groups: readonly Group[]): Group | undefined {
  const ordered = [...groups].sort((a, b) => rank(a) - rank(b)); // stable: the file's order decides the rest
  return ordered.find(({ fits }) => fits) ?? ordered[0];
}

function keyed(groups: readonly Group[], key: string, path: string): Group {
  const group = groups.find((one) => one.path === key);
  if (group) return group;
  const known = groups.map((one) => got(one.path)).join(', ');
  throw new Error(`${path} has no tensors under the key ${got(key)}; it has some under ${known || 'none'}.`);
}

/** What {@link stateDictOf} found. */
export interface FoundStateDict {
  /** Full names of the entries, by their names in the state dict. */
  names: Map<string, string>;
  /** Versions of the modules that were saved, by their paths; '' is the network itself. */
  versions: ReadonlyMap<string, number>;
}

/**
 * Finds the state dict in a checkpoint: the outermost dict, or one that trainers keep in it beside the optimizer, the
 * epoch and averaged weights.
 *
 * @param wanted names that the network has; the first dict with some of them is taken
 * @param key the dict to take instead
 * @param notice is told which one was taken, in one line
 */
export function stateDictOf(
  file: PyTorchFile,
  wanted: ReadonlySet<string>,
  { key, notice }: { key?: string; notice: (line: string) => void },
): FoundStateDict {
  const groups = groupsOf(file, wanted);
  const group = key === undefined ? best(groups) : keyed(groups, key, file.path);
  if (!group) throw new Error(`${file.path} holds no tensor.`);
  const { path, names } = group;
  if (key === undefined && path !== '') {
    const others = groups.filter((one) => one.fits && one !== group).map((one) => `'${one.path}'`);
    const choice = others.length ? `; choose ${others.join(' or ')} by the option key` : '';
    notice(`${file.path}: the weights under '${path}' were taken${choice}.`);
  }
  const full = (name: string): string => (path === '' ? name : `${path}/${name}`);
  file.checkReadable(names.map(full));
  return {
    names: new Map(names.map((name) => [name, full(name)])),
    versions: file.tree.versions.get(path) ?? new Map(),
  };
}
