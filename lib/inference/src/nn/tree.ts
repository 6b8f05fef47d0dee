import { joinPath } from './path';

/** What walking asks of a module. */
interface Branch<M> {
  namedChildren(): Array<[string, M]>;
}

/** The root ('') and all below it with their paths, parents first; a module that is reached twice is listed once. */
export function eachOnce<M extends Branch<M>>(root: M): Array<[string, M]> {
  const found = new Map<M, string>();
  const visit = (module: M, path: string): void => {
    if (found.has(module)) return;
    found.set(module, path);
    for (const [name, child] of module.namedChildren()) visit(child, joinPath(path, name));
  };
  visit(root, '');
  return [...found].map(([module, path]) => [path, module]);
}

/** The same under every path that leads to a module; one that lies inside itself is not entered again. */
export function everyPath<M extends Branch<M>>(root: M): Array<[string, M]> {
  const found: Array<[string, M]> = [];
  const inside = new Set<M>();
  const visit = (module: M, path: string): void => {
    if (inside.has(module)) return;
    inside.add(module);
    found.push([path, module]);
    for (const [name, child] of module.namedChildren()) visit(child, joinPath(path, name));
    inside.delete(module);
  };
  visit(root, '');
  return found;
}
