import { tf } from '../backend';
import type { Module } from './module';
import { placeText } from './path';

/** Modules whose `forward` runs at the moment, outermost first. */
const running: Module[] = [];
/** By outermost module, what was found in its tree once. */
const members = new WeakMap<Module, WeakSet<Module>>();
/** By outermost module, what its last `forward` ran beside its tree, and for which module. */
const strangers = new WeakMap<Module, Map<Module, string>>();

/**
 * The refusal of a module that computes for another but belongs to no tree: nothing counts, saves, trains or copies it.
 *
 * @param caller what runs it, as {@link placeText} says it
 */
export function strangerError(stranger: Module, caller: string): Error {
  const { name } = stranger.constructor;
  const field = `${name.charAt(0).toLowerCase()}${name.slice(1) || 'ayer'}`;
  return new Error(
    `${caller} computes with a module of class ${name || 'without a name'} that does not belong to the network, so it ` +
      `would not be counted, saved, trained or copied: keep it in a field, this.${field} = ..., or in an array, plain ` +
      'object, Map or Set that is a field; a # field, a closure, a variable of the file, a WeakMap or an object of ' +
      'another class hides it.',
  );
}

const inTree = (root: Module, module: Module): boolean => root.namedModules().some(([, each]) => each === module);

/**
 * Notes that the running `forward`, if there is one, computes with a module.
 *
 * @throws while gradients are recorded: a module outside the tree would silently not be trained
 */
export function noteUse(module: Module): void {
  const [root] = running;
  if (root === undefined || running[running.length - 1] === module) return;
  const known = members.get(root) ?? new WeakSet<Module>();
  members.set(root, known);
  if (known.has(module) || strangers.get(root)?.has(module)) return;
  const tree = root.namedModules();
  for (const [, each] of tree) known.add(each);
  if (known.has(module)) return;
  const caller = running[running.length - 1];
  const path = tree.find(([, each]) => each === caller)?.[0];
  const text = placeText(path, caller.constructor.name);
  if (tf.engine().isTapeOn()) throw strangerError(module, text);
  strangers.set(root, (strangers.get(root) ?? new Map<Module, string>()).set(module, text));
}

/** Runs the body of a module's `forward`, and knows whose it is meanwhile. */
export function whileRunning<T>(module: Module, body: () => T): T {
  noteUse(module);
  if (running.length === 0) strangers.delete(module);
  running.push(module);
  try {
    return body();
  } finally {
    running.pop();
  }
}

/**
 * Refuses a network of which a forward pass has shown that it computes with modules outside its tree.
 *
 * @throws naming the class, the module that runs it, and what to write
 */
export function refuseStrangers(net: Module, modules: ReadonlyArray<[string, Module]>): void {
  for (const [, root] of modules) {
    for (const [stranger, caller] of strangers.get(root) ?? [])
      if (!inTree(net, stranger)) throw strangerError(stranger, caller);
  }
}
