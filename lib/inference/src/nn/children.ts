import { joinPath } from './path';

/** Refuses a name that PyTorch refuses: dots separate the names of a path. */
export function checkName(kind: 'module' | 'parameter' | 'buffer', name: string): void {
  if (name === '') throw new Error(`${kind} name can't be empty string "": give it a name, such as '${kind}1'.`);
  if (name.includes('.'))
    throw new Error(`${kind} name can't contain ".", got: ${name}. Write '${name.replaceAll('.', '_')}' instead.`);
}

const isPlainObject = (value: object): value is Record<string, unknown> =>
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);

/** Whether JavaScript moves such a key to the front of an object, whatever the order it was written in. */
const isIndex = (key: string): boolean => /^(0|[1-9]\d*)$/.test(key);

/** Refuses names of an object whose written order JavaScript does not keep. */
export function checkOrder(what: string, keys: readonly string[]): void {
  const numbers = keys.filter(isIndex);
  if (numbers.length === 0 || keys.length === 1) return;
  throw new Error(
    `${what} has the names ${numbers.map((key) => `'${key}'`).join(', ')}, which JavaScript puts first and in ascending ` +
      `order, whatever the order they were written in: write new Map([['${keys[keys.length - 1]}', ...], ...]) instead ` +
      'of an object, or names that are no numbers.',
  );
}

/** Names and values directly inside a container, undefined for what is none. */
function entriesOf(value: object): Array<[string, unknown]> | undefined {
  if (Array.isArray(value)) return value.map((item, i) => [String(i), item]);
  if (value instanceof Set) return [...value].map((item, i) => [String(i), item]);
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item]);
  return isPlainObject(value) ? Object.entries(value) : undefined;
}

/**
 * The modules that the fields of an object hold, in the order of assignment: directly, or in arrays, plain objects, Maps
 * and Sets, which may hold each other (`layers.0`, `heads.left.1`), as PyTorch's ModuleList and ModuleDict name them.
 * A module that is there twice is listed twice.
 *
 * @throws where a name holds a dot, or the written order of an object's names is not kept
 */
export function childrenOf<M extends object>(owner: M, isModule: (value: unknown) => value is M): Array<[string, M]> {
  const children: Array<[string, M]> = [];
  const open = new Set<object>();
  const where = (path: string): string => `The field '${path}' of ${owner.constructor.name}`;
  const visit = (name: string, value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const own = joinPath(path, name);
    if (isModule(value)) {
      checkName('module', name);
      children.push([own, value]);
      return;
    }
    const entries = open.has(value) ? undefined : entriesOf(value);
    if (!entries) return;
    open.add(value);
    const before = children.length;
    for (const [key, item] of entries) visit(key, item, own);
    open.delete(value);
    if (children.length === before) return;
    checkName('module', name);
    if (value instanceof Map && [...value.keys()].some((key) => !['string', 'number'].includes(typeof key)))
      throw new Error(`${where(own)} holds modules under keys that are no texts: their names would not be known.`);
    if (isPlainObject(value)) checkOrder(where(own), Object.keys(value));
  };
  for (const [name, value] of Object.entries(owner)) visit(name, value, '');
  return children;
}
