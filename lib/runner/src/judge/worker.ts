import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import * as path from 'node:path';

import { type FromWorker, type ToWorker } from './messages';
import { type JudgeModule, type Verdict } from './types';
import { decode, encode, type Wire } from './wire';

/** Most calls of one answer's functions. */
const MAXIMUM_CALLS = 10_000;

let loaded: JudgeModule | undefined;
const asked = new Map<string, (result: Wire) => void>();

const send = (message: FromWorker): void => void process.send?.(message);

/** Asks the learner's kernel for the result of a call. */
function caller(): (found: number, args: readonly unknown[]) => Promise<unknown> {
  let calls = 0;
  return async (found, args) => {
    if ((calls += 1) > MAXIMUM_CALLS) throw new Error(`The answer was called more than ${MAXIMUM_CALLS} times.`);
    const id = randomUUID();
    const encoded = args.map((each) => encode(each));
    const result = new Promise<Wire>((resolve) => asked.set(id, resolve));
    send({ kind: 'call', id, found, args: encoded });
    const wire = await result;
    if (typeof wire === 'object' && wire?.t === 'thrown') throw new Error(String(wire.v).slice(0, 1000));
    // A function that a function gives is one more way into the kernel that no check here needs.
    return decode(wire, { tensor: loaded?.tensor, call: () => undefined });
  };
}

async function judge(notebook: string, exercise: string, answer: Wire): Promise<Verdict> {
  if (loaded === undefined) throw new Error('No judge was loaded.');
  let value: unknown;
  try {
    value = decode(answer, { tensor: loaded.tensor, call: caller() });
  } catch (error) {
    return { status: 'not-yet', share: 0, reason: 'form', message: (error as Error).message, kind: 'code', topic: '' };
  }
  return loaded.judge(notebook, exercise, value);
}

function open(module: string, file: string): Record<string, string> {
  const found: unknown = createRequire(path.resolve(file))(module);
  const { judged, judge: judges } = found as Partial<JudgeModule>;
  if (typeof judged !== 'function' || typeof judges !== 'function')
    throw new Error(`The judge '${module}' must export the functions judged and judge.`);
  loaded = found as JudgeModule;
  return { ...loaded.judged(path.basename(file, '.ipynb')) };
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'result') {
    asked.get(message.id)?.(message.value);
    return void asked.delete(message.id);
  }
  const work = async (): Promise<FromWorker> =>
    message.kind === 'open'
      ? { kind: 'opened', judged: open(message.module, message.file) }
      : { kind: 'verdict', verdict: await judge(message.notebook, message.exercise, message.answer) };
  work().then(send, (error: unknown) => send({ kind: 'failed', message: String((error as Error)?.message ?? error) }));
});
process.on('disconnect', () => process.exit(0));
