import { refuseForeign } from './results';
import type { NotebookResult } from 'tslab-runner/run';

/** What a process holds for its jobs: made for the first one, and anew after a run that failed for no reason of its own. */
export class Held<T> {
  private made: Promise<T> | undefined;
  private readonly stop = new AbortController();

  /**
   * @param make gets a signal that ends what is made
   * @param end puts it away
   */
  constructor(
    private readonly make: (live: { signal: AbortSignal; print: (line: string) => void }) => Promise<T>,
    private readonly end: (held: T) => Promise<void>,
  ) {}

  /**
   * Runs a notebook with what is held.
   *
   * @param name of the notebook, for a reason why it could not be run
   * @throws where it could not be run to its end for a reason that is none of the notebook's
   */
  async run<R extends { result?: NotebookResult }>(
    name: string,
    signal: AbortSignal,
    work: (held: T, signal: AbortSignal) => Promise<R>,
  ): Promise<R> {
    signal.addEventListener('abort', () => this.stop.abort(), { once: true });
    try {
      this.made ??= this.make({ signal: this.stop.signal, print: (line) => console.log(line) });
      const done = await work(await this.made, this.stop.signal);
      if (done.result) refuseForeign(done.result);
      return done;
    } catch (error) {
      await this.close();
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }

  async close(): Promise<void> {
    const made = this.made;
    this.made = undefined;
    const held = await made?.catch(() => undefined);
    if (held !== undefined) await this.end(held);
  }
}
