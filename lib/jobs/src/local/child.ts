/** A process that executes jobs of one run, one after the other, for the process that forked it; ends with that. */
import { isDiskFull, writePart, type Job, type JobKind, type Json, type Opened } from '../run';
import type { FromChild, ToChild } from './messages';

const answer = (message: FromChild): void => void process.send?.(message);
const stop = new AbortController();
let opened: Opened<unknown> | undefined;

async function open(module: string, request: Json): Promise<void> {
  const { kind } = require(module) as { kind?: JobKind<Json, unknown> };
  if (!kind) throw new Error(`${module} exports no 'kind'.`);
  opened = await kind.open(request);
  answer({ type: 'opened', identity: opened.identity });
}

async function execute({ input }: Job, file: string): Promise<void> {
  if (!opened) throw new Error('No run was opened.');
  let units = 0;
  let toldMs = -Infinity;
  const bytes = await opened.execute(input, {
    signal: stop.signal,
    onUnits: (more) => {
      units += more;
      if (performance.now() - toldMs < 500) return;
      toldMs = performance.now();
      answer({ type: 'units', units });
    },
  });
  await writePart(file, bytes);
  answer({ type: 'done' });
}

process.on('message', (message: ToChild) => {
  const work = message.type === 'open' ? open(message.module, message.request) : execute(message.job, message.file);
  work.catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    answer({ type: 'failed', message: text, diskFull: isDiskFull(error) });
  });
});

// Whoever gave the work out is gone, or wants no more: what the run holds (servers, tensors) goes too.
process.on('disconnect', () => {
  stop.abort();
  const gone = (): never => process.exit(0);
  setTimeout(gone, 10_000).unref();
  Promise.resolve(opened?.dispose()).then(gone, gone);
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined); // the parent decides
