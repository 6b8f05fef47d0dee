import { describe, startProgress, type ProgressHandle, type ProgressOptions } from './bar';

export { startProgress, type ProgressHandle, type ProgressOptions } from './bar';
export { withJobProgress, type JobProgress } from './jobs';

function lengthOf(source: object): number | undefined {
  const { length, size } = source as { length?: unknown; size?: unknown };
  if (typeof length === 'number') return length;
  return typeof size === 'number' ? size : undefined;
}

function open(source: object, options: ProgressOptions): ProgressHandle {
  const total = options.total ?? lengthOf(source);
  return startProgress(total === undefined ? options : { ...options, total });
}

function* loop<T>(source: Iterable<T>, bar: ProgressHandle): Generator<T, void> {
  try {
    for (const item of source) {
      yield item;
      bar.advance();
    }
    bar.finish();
  } catch (error) {
    bar.fail(describe(error));
    throw error;
  } finally {
    // A `break` or an exception in the loop's body ends the generator here.
    if (bar.state === 'running') bar.fail('left early');
  }
}

async function* asyncLoop<T>(source: AsyncIterable<T>, bar: ProgressHandle): AsyncGenerator<T, void> {
  try {
    for await (const item of source) {
      yield item;
      bar.advance();
    }
    bar.finish();
  } catch (error) {
    bar.fail(describe(error));
    throw error;
  } finally {
    if (bar.state === 'running') bar.fail('left early');
  }
}

/**
 * Goes through an iterable and shows a bar with rate and time left: nothing for loops under a second, updated in place
 * in a notebook, a line every five seconds on a terminal. The loop's body may await.
 *
 * @example
 * ```ts
 * for (const value of notebook.progress([1, 2, 3], { label: 'squares' })) console.assert(value ** 2 >= value);
 * ```
 */
export function progress<T>(source: Iterable<T>, options: ProgressOptions): Generator<T, void>;
export function progress<T>(source: AsyncIterable<T>, options: ProgressOptions): AsyncGenerator<T, void>;
export function progress<T>(
  source: Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions,
): Generator<T, void> | AsyncGenerator<T, void> {
  const bar = open(source, options);
  return Symbol.asyncIterator in source ? asyncLoop(source, bar) : loop(source, bar);
}

/** Runs `body` under a bar that ends as finished when it returns and as failed when it throws. */
export async function withProgress<T>(
  options: ProgressOptions,
  body: (bar: ProgressHandle) => Promise<T> | T,
): Promise<T> {
  const bar = startProgress(options);
  try {
    const result = await body(bar);
    bar.finish();
    return result;
  } catch (error) {
    bar.fail(describe(error));
    throw error;
  }
}
