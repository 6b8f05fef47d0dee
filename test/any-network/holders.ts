import { nn, type tf } from 'scalable-inference';

/** Modules that hold others in fields and containers of every kind, and run them one after the other. */
const runAll = (modules: Iterable<nn.Module>, x: tf.Tensor): tf.Tensor =>
  [...modules].reduce((value, module) => module.forward(value), x);

export class FieldsHolder extends nn.Module {
  private readonly names: readonly string[];
  constructor(modules: readonly nn.Module[]) {
    super();
    this.names = modules.map((_, i) => `step${i}`);
    modules.forEach((module, i) => Object.assign(this, { [`step${i}`]: module }));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return this.names.reduce((value, name) => (this as unknown as Record<string, nn.Module>)[name].forward(value), x);
  }
}

export class ArrayHolder extends nn.Module {
  readonly layers: nn.Module[];
  constructor(modules: readonly nn.Module[]) {
    super();
    this.layers = [...modules];
  }
  forward(x: tf.Tensor): tf.Tensor {
    return runAll(this.layers, x);
  }
}

export class ObjectHolder extends nn.Module {
  readonly layers: Record<string, nn.Module>;
  constructor(modules: readonly nn.Module[]) {
    super();
    this.layers = Object.fromEntries(modules.map((module, i) => [`part${i}`, module]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return runAll(Object.values(this.layers), x);
  }
}

export class MapHolder extends nn.Module {
  readonly layers: ReadonlyMap<string, nn.Module>;
  constructor(modules: readonly nn.Module[]) {
    super();
    this.layers = new Map(modules.map((module, i) => [`part${i}`, module]));
  }
  forward(x: tf.Tensor): tf.Tensor {
    return runAll(this.layers.values(), x);
  }
}

export class NestedHolder extends nn.Module {
  readonly blocks: { stage: nn.Module[] };
  constructor(modules: readonly nn.Module[]) {
    super();
    this.blocks = { stage: [...modules] };
  }
  forward(x: tf.Tensor): tf.Tensor {
    return runAll(this.blocks.stage, x);
  }
}

export class ListHolder extends nn.Module {
  readonly blocks: nn.ModuleList;
  constructor(modules: readonly nn.Module[]) {
    super();
    this.blocks = new nn.ModuleList(modules);
  }
  forward(x: tf.Tensor): tf.Tensor {
    return runAll(this.blocks, x);
  }
}
