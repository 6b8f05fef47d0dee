/** The name of something inside the module at `path`, as PyTorch writes it: `layer1.0.weight`; the root's path is ''. */
export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
