import { Module } from '../../nn';

/** A place in a module tree that holds tensors under the names of a layer, and computes nothing itself. */
class Branch extends Module {
  forward(): never {
    throw new Error('This module holds the tensors of a network that trains with its rounding: run that network.');
  }
}

/** The module that holds a tensor, and the tensor's name there: `layer1.0.weight` is `weight` of `layer1.0`. */
export interface Place {
  module: Module;
  name: string;
}

/** Where a tensor lies below a module. @param grow whether modules on the way are made where they are missing */
export function placeOf(root: Module, path: string, grow = false): Place {
  const steps = path.split('.');
  const name = steps.pop() as string;
  const module = steps.reduce((parent, step) => {
    const fields = parent as unknown as Record<string, Module>;
    if (grow && !(step in fields)) fields[step] = new Branch();
    return fields[step];
  }, root);
  return { module, name };
}
