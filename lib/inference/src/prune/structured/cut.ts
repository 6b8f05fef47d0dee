import { tf } from '../../backend';
import { BatchNorm2d, Conv2d, Embedding, LayerNorm, Linear, type Module } from '../../nn';
import type { Counted } from './flow';
import { headCounter } from './heads';
import type { Plan } from './plan';

/** By tensor, whatever modules share it, the positions to take away along each axis. */
type Cuts = Map<tf.Variable, Map<number, Set<number>>>;

function collect({ groups }: Plan): Cuts {
  const cuts: Cuts = new Map();
  const at = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
    const value = map.get(key) ?? make();
    map.set(key, value);
    return value;
  };
  for (const { cut } of groups) {
    for (const { member, indices } of cut.flatMap((unit) => unit.places)) {
      const slot = member.module.parameterSlot(member.name) ?? member.module.bufferSlot(member.name);
      if (!slot) continue;
      const axes = at(cuts, slot.tensor, () => new Map<number, Set<number>>());
      const gone = at(axes, member.axis, () => new Set<number>());
      for (const index of indices) gone.add(index);
    }
  }
  return cuts;
}

/** Takes the planned channels out of the planned network itself. */
export function cutOut(plan: Plan): void {
  const cuts = new Map([...collect(plan)].map(([tensor, axes]) => [tensor, smaller(tensor, axes)]));
  for (const [, module] of plan.graph.net.namedModules()) {
    const slots = module.namedSlots().filter(([name]) => !name.includes('.'));
    if (!slots.some(([, { tensor }]) => cuts.has(tensor))) continue;
    // All are registered anew, not only those that change, so that their order stays.
    for (const [name] of slots) {
      const slot = module.unregister(name);
      if (!slot) continue;
      const tensor = cuts.get(slot.tensor) ?? slot.tensor;
      if ('integer' in slot) module.registerBuffer(name, tensor, { layout: slot.layout, integer: slot.integer });
      else module.registerParameter(name, tensor, slot.layout);
    }
  }
  for (const tensor of cuts.keys()) tensor.dispose();
  for (const counted of plan.dependencies.counted) recount(plan, counted);
  for (const [, module] of plan.graph.net.namedModules()) resize(module);
}

/** The tensor without some positions. */
function smaller(tensor: tf.Variable, axes: ReadonlyMap<number, ReadonlySet<number>>): tf.Variable {
  const without = (value: tf.Tensor, [axis, gone]: [number, ReadonlySet<number>]): tf.Tensor => {
    const kept = Array.from({ length: tensor.shape[axis] }, (_, i) => i).filter((i) => !gone.has(i));
    return tf.gather(value, tf.tensor1d(kept, 'int32'), axis);
  };
  return tf.tidy(() => tf.variable([...axes].reduce<tf.Tensor>(without, tensor), tensor.trainable));
}

function recount({ graph, dependencies: { labels }, groups }: Plan, { path, setting, labels: counted }: Counted): void {
  const gone = new Set(groups.flatMap(({ cut }) => cut.map((unit) => unit.label)));
  const kept = counted.filter((label) => !gone.has(labels.root(label))).length;
  if (kept === counted.length) return;
  const module = new Map(graph.net.namedModules()).get(path) as Module;
  if (setting === 'groups') set(module, 'groups', kept);
  else {
    const counter = headCounter(module);
    if (counter?.heads === counted.length) counter.set(kept); // queries, keys and values each count the same heads: once is enough
  }
}

/** Brings the sizes that a layer states in line with its weights. */
function resize(module: Module): void {
  const sizeOf = (axis: number): number => module.tensor('weight').shape[axis];
  if (module instanceof Conv2d) {
    set(module, 'outChannels', sizeOf(3));
    set(module, 'inChannels', sizeOf(2) * module.groups);
  } else if (module instanceof Linear) {
    set(module, 'inFeatures', sizeOf(0));
    set(module, 'outFeatures', sizeOf(1));
  } else if (module instanceof Embedding) set(module, 'embeddingDim', sizeOf(1));
  else if (module instanceof BatchNorm2d) set(module, 'numFeatures', sizeOf(0));
  else if (module instanceof LayerNorm) set(module, 'features', sizeOf(0));
}

/** Sets a field that is read-only for everyone else. */
function set(module: Module, field: string, value: unknown): void {
  (module as unknown as Record<string, unknown>)[field] = value;
}

/** Sets to zero what {@link cutOut} would take away: the weights that make the channels, and those that read them. */
export function zeroOut(plan: Plan): void {
  for (const [tensor, axes] of collect(plan)) tf.tidy(() => tensor.assign(masked(tensor, axes)));
}

function masked(tensor: tf.Tensor, axes: ReadonlyMap<number, ReadonlySet<number>>): tf.Tensor {
  return [...axes].reduce<tf.Tensor>((value, [axis, gone]) => {
    const shape = tensor.shape.map((n, i) => (i === axis ? n : 1));
    return tf.mul(
      value,
      tf.tensor(
        Array.from({ length: tensor.shape[axis] }, (_, i) => (gone.has(i) ? 0 : 1)),
        shape,
      ),
    );
  }, tensor);
}
