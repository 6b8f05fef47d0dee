/** The name of something inside the module at `path`, as PyTorch writes it: `layer1.0.weight`; the root's path is ''. */
export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** How messages name a module: its path, if it has one, and its class; a class may be without a name. */
export function placeText(path: string | undefined, type: string): string {
  const name = type || 'a class without a name';
  return path ? `'${path}' (${name})` : name;
}
