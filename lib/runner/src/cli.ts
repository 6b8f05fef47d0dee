#!/usr/bin/env node
/** The notebook runner's command line; `--help` says what it takes. */
import { type Arguments, readArguments, USAGE } from './cli/arguments';
import { UsageError } from './cli/usage';

/** Exit codes besides 0 and 1 (something failed). */
const USAGE_EXIT = 2;
const INTERRUPTED_EXIT = 130;

async function main(): Promise<number> {
  const options = await readArguments(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  // services narrates each connection there.
  console.debug = console.warn = () => undefined;
  const passed = await command(options, stop.signal).catch((error: Error) => {
    if (!stop.signal.aborted) throw error;
    console.error(error.message);
    return false;
  });
  if (stop.signal.aborted) return INTERRUPTED_EXIT;
  return passed ? 0 : 1;
}

/** Each command loads only what it needs: the compiler for the lint, the server's client for the rest. */
async function command(options: Arguments, signal: AbortSignal): Promise<boolean> {
  const print = (line: string): void => console.log(line);
  if (options.lint) return (await import('./cli/lint.js')).lintNotebooks(options.files, print);
  if (options.grade) return (await import('./cli/grade.js')).gradeFolder(options, signal, print);
  return (await import('./cli/run.js')).runNotebooks(options, signal, print);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.message);
    process.exit(error instanceof UsageError ? USAGE_EXIT : 1);
  },
);
