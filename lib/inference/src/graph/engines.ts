import { defaultEngine, isNative, nativeFailure, onnxruntimeFailure, type EngineName } from '../backend';
import { oneOf } from '../check';
import { openPlan } from './plan';
import type { Runner } from './runner';
import { openSession } from './session';
import type { Graph } from './trace';

/** Something that compiled networks can run in. */
export interface Engine {
  name: EngineName;
  /** Why it does not compute here; undefined where it does. */
  missing(): string | undefined;
  /** Prepares a graph for any batch size. @throws for a graph that the engine cannot compute */
  open(graph: Graph): Promise<Runner>;
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
  open: openSession,
});
registerEngine({
  name: 'plan',
  missing: () => undefined,
  open: (graph) => Promise.resolve(openPlan(graph)),
});

/** A graph in an engine. */
interface Opened {
  engine: EngineName;
  runner: Runner;
  /** Why it is not the engine that would be the faster one. */
  reason?: string;
}

/**
 * Opens a graph in an engine.
 *
 * @param asked an engine's name, or `auto` for the one this machine has; what onnxruntime cannot compute, or cannot
 *   compute here, is then planned
 * @throws for names that are no engine's, for an engine that does not compute here, and for graphs it cannot compute
 */
export async function openEngine(graph: Graph, asked: EngineName | 'auto'): Promise<Opened> {
  if (asked !== 'auto') return { engine: asked, runner: await engineNamed(asked).open(graph) };
  const engine = defaultEngine();
  if (engine === 'plan') return { ...(await planned(graph)), reason: `onnxruntime: ${onnxruntimeFailure()}` };
  if (engine === 'tensorflow') return { engine, runner: await engineNamed(engine).open(graph) };
  try {
    return { engine, runner: await engineNamed(engine).open(graph) };
  } catch (error) {
    return { ...(await planned(graph)), reason: (error as Error).message };
  }
}

const planned = async (graph: Graph): Promise<Opened> => ({
  engine: 'plan',
  runner: await engineNamed('plan').open(graph),
});

function engineNamed(name: EngineName): Engine {
  oneOf('The engine of graph.compile', name, ['auto', ...NAMES]);
  const engine = ENGINES.get(name);
  const missing = engine ? engine.missing() : "it is known once 'scalable-inference' or its room 'onnx' is imported";
  if (engine && !missing) return engine;
  throw new Error(
    `graph.compile cannot use the engine '${name}' here (${missing}): ask for 'auto', which takes the fastest one there is.`,
  );
}
