import { isNative, nativeFailure, type EngineName } from '../../backend';
import { oneOf } from '../../check';
import { openPlan } from '../plan';
import type { Runner } from '../runner';
import { openTensorFlow } from '../session';
import type { Graph } from '../trace';

/** How an engine opens a graph. */
export interface Opening {
  /** With kernels of integers, where a value is one. */
  integers?: boolean;
}

/** Something that compiled networks can run in. */
export interface Engine {
  name: EngineName;
  /** Why it does not compute here; undefined where it does. */
  missing(): string | undefined;
  /** Prepares a graph for any batch size. @throws for a graph that the engine cannot compute */
  open(graph: Graph, opening?: Opening): Promise<Runner>;
}

const NAMES: readonly EngineName[] = ['tensorflow', 'onnxruntime', 'plan'];

const ENGINES = new Map<EngineName, Engine>();

/** Makes an engine known to `graph.compile`: the room `onnx` does so with onnxruntime, which stands above this one. */
export function registerEngine(engine: Engine): void {
  ENGINES.set(engine.name, engine);
}

registerEngine({
  name: 'tensorflow',
  missing: () => (isNative() ? undefined : (nativeFailure()?.message.split('\n')[0] ?? 'another backend computes')),
  open: (graph) => openTensorFlow(graph),
});
registerEngine({
  name: 'plan',
  missing: () => undefined,
  open: (graph) => Promise.resolve(openPlan(graph)),
});

/** An engine, or undefined where it does not compute here. */
export function engineHere(name: EngineName): Engine | undefined {
  const engine = ENGINES.get(name);
  return engine && !engine.missing() ? engine : undefined;
}

/** An engine that computes here. @throws for names that are no engine's, and for one that does not compute here */
export function engineNamed(name: EngineName): Engine {
  oneOf('The engine of graph.compile', name, ['auto', 'fixed', ...NAMES]);
  const engine = ENGINES.get(name);
  const missing = engine ? engine.missing() : "it is known once 'scalable-inference' or its room 'onnx' is imported";
  if (engine && !missing) return engine;
  throw new Error(
    `graph.compile cannot use the engine '${name}' here (${missing}): ask for 'auto', which takes the fastest one there is.`,
  );
}
