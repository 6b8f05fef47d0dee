import type { Batch } from '../../datasets';

type Taken = () => IteratorResult<Batch, void>;

/** Batches one after the other, of which the next one can be made while a step computes. */
export class BatchesAhead {
  private prepared: Taken | undefined;

  constructor(private readonly source: Generator<Batch, void, undefined>) {}

  /** Makes the next batch now, unless that was done. What goes wrong is thrown where it is taken. */
  prepare(): void {
    this.prepared ??= attempt(() => this.source.next());
  }

  /** The next batch, the caller's to free; undefined after the last. */
  take(): Batch | undefined {
    this.prepare();
    const taken = this.prepared as Taken;
    this.prepared = undefined;
    const { done, value } = taken();
    return done ? undefined : value;
  }

  /** Frees the batch that nobody took. */
  dispose(): void {
    try {
      if (this.prepared) this.take()?.dispose();
    } catch {
      // Who leaves early says why; what a batch that nobody wants any more lacks would hide it.
    } finally {
      this.source.return();
    }
  }
}

/** What a function gives or throws, for later. */
function attempt<T>(make: () => T): () => T {
  try {
    const value = make();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
