import { boundXlaPrograms, xlaPrograms, type tf } from '../backend';

/** What XLA does with a graph, for inputs of one batch size. */
export interface XlaEvent {
  /** Rows of the inputs. */
  batch: number;
  /** `compiling`: it begins, and nothing else runs meanwhile; `compiled`; `loaded`: an earlier process had compiled it. */
  state: 'compiling' | 'compiled' | 'loaded';
  /** How long it took, the first pass included; 0 at the beginning. */
  seconds: number;
}

export type XlaListener = (event: XlaEvent) => void;

/** Two lines on the standard error stream: a program that stands still for half a minute should say why. */
const say: XlaListener = ({ batch, state, seconds }) => {
  const rows = `a batch of ${batch}`;
  const text = {
    compiling: `XLA compiles for ${rows}, which takes up to a minute ...`,
    compiled: `XLA compiled for ${rows} in ${seconds.toFixed(1)} s.`,
    loaded: `XLA's program for ${rows} was on disk: ready after ${seconds.toFixed(1)} s.`,
  };
  process.stderr.write(`${text[state]}\n`);
};

/** A compiled function whose first run for each batch size is told of, and after which the programs on disk are bounded. */
export function tellingOfXla<T>(
  run: (inputs: readonly tf.Tensor[]) => T,
  onXla: XlaListener = say,
): (inputs: readonly tf.Tensor[]) => T {
  const known = new Set<number>();
  return (inputs) => {
    const batch = inputs[0].shape[0] ?? 1;
    if (known.has(batch)) return run(inputs);
    const before = new Set(xlaPrograms().map(({ file }) => file));
    onXla({ batch, state: 'compiling', seconds: 0 });
    const start = performance.now();
    const result = run(inputs);
    const seconds = (performance.now() - start) / 1000;
    known.add(batch);
    const isOnDisk = before.size > 0 && xlaPrograms().every(({ file }) => before.has(file));
    onXla({ batch, state: isOnDisk ? 'loaded' : 'compiled', seconds });
    boundXlaPrograms();
    return result;
  };
}
