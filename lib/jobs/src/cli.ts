#!/usr/bin/env node
/** The command line; `--help` says what it takes. */
import { isCommand, usage, UsageError } from './cli/commands';

/** False where something failed that the command has said. */
type Command = (args: string[], signal: AbortSignal) => Promise<boolean | void>;

async function main([name = '--help', ...args]: string[]): Promise<number> {
  if (name === '--help' || name === '-h') {
    console.log(usage());
    return 0;
  }
  if (!isCommand(name)) throw new UsageError(`There is no command '${name}'.`);
  console.debug = () => undefined; // @jupyterlab/services narrates each connection there
  const stop = new AbortController();
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (++signals > 1) process.exit(130);
      stop.abort(new Error('Interrupted; the same command goes on.'));
    });
  const { run } = (await import(`./cli/${name}.js`)) as { run: Command };
  const passed = await run(args, stop.signal);
  if (stop.signal.aborted && name !== 'worker') return 130;
  return passed === false ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    const isUsage = error.name === 'UsageError'; // the runner's too, which is loaded only where it is needed
    console.error(isUsage ? `${error.message}\n\n${usage()}` : error.message);
    process.exit(isUsage ? 2 : 1);
  },
);
