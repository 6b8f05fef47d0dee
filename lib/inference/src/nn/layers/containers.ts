import type { tf } from '../../backend';
import { checkName, checkOrder } from '../children';
import { Module } from '../module';

/** A list of modules whose names are their positions. */
export class ModuleList extends Module implements Iterable<Module> {
  private readonly names: string[] = [];

  constructor(modules: Iterable<Module> = []) {
    super();
    Object.defineProperty(this, 'names', { enumerable: false });
    for (const module of modules) this.push(module);
  }

  /** Appends a module; its entries are named by its index. */
  push(module: Module): void {
    this.setAt(String(this.names.length), module);
  }

  protected setAt(name: string, module: Module): void {
    if (!(module instanceof Module))
      throw new Error(`${this.constructor.name} expects modules, got ${String(module)} for '${name}'.`);
    checkName('module', name);
    if (name in this)
      throw new Error(
        `${this.constructor.name} cannot name a module '${name}': ` +
          `${this.names.includes(name) ? 'there is one of that name' : 'it is the name of a member'}; use another.`,
      );
    (this as unknown as Record<string, Module>)[name] = module;
    this.names.push(name);
  }

  private get items(): Module[] {
    return this.names.map((name) => (this as unknown as Record<string, Module>)[name]);
  }

  /** The list's modules in its own order, then those of other fields. */
  override namedChildren(): Array<[string, Module]> {
    const listed = this.names.map((name, i): [string, Module] => [name, this.items[i]]);
    return [...listed, ...super.namedChildren().filter(([name]) => !this.names.includes(name))];
  }

  /** Number of modules. */
  get length(): number {
    return this.names.length;
  }

  /** The module at an index, negative ones counted from the end. */
  at(index: number): Module {
    const module = this.items.at(index);
    if (!module) throw new Error(`The list has ${this.length} modules, there is none at ${index}.`);
    return module;
  }

  /** The modules in order. */
  [Symbol.iterator](): Iterator<Module> {
    return this.items[Symbol.iterator]();
  }

  /** @throws always: a list has no order of computing */
  forward(): tf.Tensor {
    throw new Error('A ModuleList only holds modules: call forward of its elements, or use Sequential.');
  }
}

/** Modules in an order: a list, or with names as an object, a Map, or pairs of name and module. */
export type SequentialModules =
  | readonly Module[]
  | ReadonlyArray<readonly [string, Module]>
  | ReadonlyMap<string, Module>
  | Readonly<Record<string, Module>>;

const hasNames = (modules: readonly unknown[]): modules is ReadonlyArray<readonly [string, Module]> =>
  modules.length > 0 && modules.every(Array.isArray);

/**
 * Runs modules one after the other; they are named by position, or by the names given.
 *
 * @throws where a name is empty, holds a dot or is taken, and for an object with numbers as names, whose order is lost
 */
export class Sequential extends ModuleList {
  constructor(modules: SequentialModules = []) {
    super(Array.isArray(modules) && !hasNames(modules) ? (modules as readonly Module[]) : []);
    for (const [name, module] of namedOnes(modules)) this.setAt(name, module);
  }

  /** The modules one after the other, each on the result of the one before; the caller frees the result. */
  override forward(x?: tf.Tensor): tf.Tensor {
    return [...this].reduce((value, module) => module.forward(value), x as tf.Tensor);
  }
}

function namedOnes(modules: SequentialModules): Iterable<readonly [string, Module]> {
  if (modules instanceof Map) return modules as ReadonlyMap<string, Module>;
  if (Array.isArray(modules)) return hasNames(modules) ? modules : [];
  checkOrder('The object given to Sequential', Object.keys(modules));
  return Object.entries(modules as Readonly<Record<string, Module>>);
}
