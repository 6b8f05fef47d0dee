import { defaultEngine, onCard, onnxruntimeFailure, type EngineName } from '../../backend';
import type { Runner } from '../runner';
import type { Graph } from '../trace';
import { openFaster } from './faster';
import { engineHere, engineNamed } from './registry';

/** What `graph.compile` may be asked for: an engine's name, or a way to choose one. */
export type EngineChoice = EngineName | 'auto' | 'fixed';

/** A graph in an engine. */
export interface Opened {
  engine: EngineName;
  runner: Runner;
  /** Why this engine, where it was chosen. */
  reason?: string;
}

/**
 * Opens a graph in an engine.
 *
 * @param optimized the graph to compute; `graph` is what was traced, by which it is remembered
 * @param asked an engine's name; `auto` for the faster one of TensorFlow and onnxruntime where both compute on the
 *   processor, `fixed` for the first that this machine has. What onnxruntime cannot compute, or cannot compute here, is
 *   then planned
 * @throws for names that are no engine's, for an engine that does not compute here, and for graphs it cannot compute
 */
export async function openEngine(optimized: Graph, graph: Graph, asked: EngineChoice): Promise<Opened> {
  if (asked !== 'auto' && asked !== 'fixed') return { engine: asked, runner: await engineNamed(asked).open(optimized) };
  const engine = defaultEngine();
  if (engine === 'plan') return { ...(await planned(optimized)), reason: `onnxruntime: ${onnxruntimeFailure()}` };
  if (engine === 'tensorflow') {
    const rival = asked === 'auto' && !onCard() ? engineHere('onnxruntime') : undefined;
    const first = engineNamed(engine);
    return rival ? openFaster(optimized, graph, [first, rival]) : { engine, runner: await first.open(optimized) };
  }
  try {
    return { engine, runner: await engineNamed(engine).open(optimized) };
  } catch (error) {
    return { ...(await planned(optimized)), reason: (error as Error).message };
  }
}

const planned = async (graph: Graph): Promise<Opened> => ({
  engine: 'plan',
  runner: await engineNamed('plan').open(graph),
});
