#!/usr/bin/env node
/** The command line; `--help` says what it takes. */
import { isCommand, usage, UsageError } from './cli/commands';

async function main([name = '--help', ...args]: string[]): Promise<number> {
  if (name === '--help' || name === '-h') {
    console.log(usage());
    return 0;
  }
  if (!isCommand(name)) throw new UsageError(`There is no command '${name}'.`);
  const stop = new AbortController();
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (++signals > 1) process.exit(130);
      stop.abort(new Error('Interrupted; the same command goes on.'));
    });
  const { run } = (await import(`./cli/${name}.js`)) as { run: (args: string[], signal: AbortSignal) => Promise<void> };
  await run(args, stop.signal);
  return stop.signal.aborted && name !== 'worker' ? 130 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${usage()}` : error.message);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
