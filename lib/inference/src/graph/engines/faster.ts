import { tf } from '../../backend';
import type { Runner } from '../runner';
import type { Graph } from '../trace';
import { inputsOf } from '../inputs';
import type { Opened } from './open';
import type { Engine } from './registry';
import { weightBytes } from './weight-bytes';
import { recall, remember, signatureOf, type Choice } from './remembered';

/** Passes of both engines together may take this long, beside one pass of each to prepare. */
const BUDGET_MS = 400;
/** A pass longer than this is measured with fewer rows: the whole must stay well under a second. */
const LONGEST_PASS_MS = 60;
const MOST_ROUNDS = 15;
/** By how much the second must be ahead: a tie goes to the first, whose tensors need no copy. */
const AHEAD = 0.95;
/** Both hold the weights while they are compared, which a machine with 4 GiB would not survive above this. */
const MOST_WEIGHT_BYTES = 2 ** 29;

/**
 * Opens a graph in the faster of two engines: as remembered, else both are opened and run in turn on seeded numbers, at
 * the batch size that was traced or as many rows of it as fit the time, and the slower one is freed. A graph that the
 * second cannot open, or whose weights are large, gets the first.
 *
 * @throws for graphs that the first engine cannot compute
 */
export async function openFaster(
  optimized: Graph,
  graph: Graph,
  [first, second]: readonly [Engine, Engine],
): Promise<Opened> {
  const signature = signatureOf(graph);
  const known = await recall(signature);
  if (known) {
    const engine = known.engine === second.name ? second : first;
    return { engine: engine.name, runner: await engine.open(optimized), reason: textOf(known) };
  }
  const runner = await first.open(optimized);
  if (weightBytes(optimized) > MOST_WEIGHT_BYTES)
    return { engine: first.name, runner, reason: 'the weights are too large to be opened twice for a comparison' };
  let rival: Runner;
  try {
    rival = await second.open(optimized);
  } catch (error) {
    return { engine: first.name, runner, reason: (error as Error).message };
  }
  try {
    const choice = compare(graph, [
      { name: first.name, runner },
      { name: second.name, runner: rival },
    ]);
    await remember(signature, choice);
    const chosen = choice.engine === first.name;
    (chosen ? rival : runner).dispose();
    return { engine: choice.engine, runner: chosen ? runner : rival, reason: textOf(choice) };
  } catch (error) {
    rival.dispose();
    runner.dispose();
    throw error;
  }
}

interface Contestant {
  name: Choice['engine'];
  runner: Runner;
}

/** Runs both in turn and takes the shortest pass of each: load from outside only ever makes passes longer. */
function compare(graph: Graph, contestants: readonly [Contestant, Contestant]): Choice {
  const asked = graph.inputs[0].shape[0];
  const alone = timeBoth(graph, 1, contestants, 1);
  const rows = Math.max(1, Math.min(asked, Math.floor(LONGEST_PASS_MS / Math.min(...alone))));
  const [a, b] = timeBoth(graph, rows, contestants, MOST_ROUNDS);
  const [first, second] = contestants;
  return {
    engine: b < AHEAD * a ? second.name : first.name,
    batch: rows,
    ms: { [first.name]: a, [second.name]: b },
  };
}

function timeBoth(graph: Graph, rows: number, contestants: readonly Contestant[], rounds: number): number[] {
  const inputs = inputsOf(graph, rows).map(({ shape, dtype }, i) =>
    dtype === 'int32' ? tf.zeros([...shape], 'int32') : tf.randomUniform([...shape], 0, 1, 'float32', i + 1),
  );
  try {
    const best = contestants.map(() => Infinity);
    for (const { runner } of contestants) timePass(runner, inputs); // lays out weights for this batch size
    const start = performance.now();
    for (let round = 0; round < rounds; round++) {
      contestants.forEach(({ runner }, i) => (best[i] = Math.min(best[i], timePass(runner, inputs))));
      if (performance.now() - start > BUDGET_MS) break;
    }
    return best;
  } finally {
    tf.dispose(inputs);
  }
}

function timePass(runner: Runner, inputs: readonly tf.Tensor[]): number {
  const start = performance.now();
  const y = runner.run(inputs);
  y.dataSync();
  const ms = performance.now() - start;
  y.dispose();
  return ms;
}

function textOf({ batch, ms }: Choice): string {
  const each = Object.entries(ms).map(([name, value]) => `${name} ${value.toFixed(value < 10 ? 2 : 1)} ms`);
  return `measured at batch ${batch}: ${each.join(', ')}`;
}
