/**
 * Runs work that can be stopped by a signal or by an interrupt (Ctrl-C, or the stop button of JupyterLab, which reaches
 * the kernel as SIGINT and would otherwise end the cell while the work goes on behind it).
 */
export async function withInterrupt<T>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const onInterrupt = (): void =>
    stop.abort(new Error('Interrupted. What was finished is kept where a cache or checkpoint was named.'));
  const onAbort = (): void => stop.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  process.once('SIGINT', onInterrupt);
  signal?.addEventListener('abort', onAbort);
  try {
    return await work(stop.signal);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    signal?.removeEventListener('abort', onAbort);
  }
}
