import type { tf } from '../../backend';
import { Module } from '../module';

/** A list of modules whose names are their positions. */
export class ModuleList extends Module implements Iterable<Module> {
  protected readonly items: Module[] = [];

  constructor(modules: readonly Module[] = []) {
    super();
    Object.defineProperty(this, 'items', { enumerable: false });
    for (const module of modules) this.push(module);
  }

  /** Appends a module; its entries are named by its index. */
  push(module: Module): void {
    this.setAt(String(this.items.length), module);
    this.items.push(module);
  }

  protected setAt(name: string, module: Module): void {
    (this as unknown as Record<string, Module>)[name] = module;
  }

  /** Number of modules. */
  get length(): number {
    return this.items.length;
  }

  /** The module at an index, negative ones counted from the end. */
  at(index: number): Module {
    const module = this.items.at(index);
    if (!module) throw new Error(`The list has ${this.items.length} modules, there is none at ${index}.`);
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

/** Runs modules one after the other; they are named by position, or by the keys of an object. */
export class Sequential extends ModuleList {
  constructor(modules: readonly Module[] | Readonly<Record<string, Module>> = []) {
    super(Array.isArray(modules) ? (modules as readonly Module[]) : []);
    if (Array.isArray(modules)) return;
    for (const [name, module] of Object.entries(modules as Record<string, Module>)) {
      this.setAt(name, module);
      this.items.push(module);
    }
  }

  /** The modules one after the other, each on the result of the one before; the caller frees the result. */
  override forward(x?: tf.Tensor): tf.Tensor {
    return this.items.reduce((value, module) => module.forward(value), x as tf.Tensor);
  }
}
