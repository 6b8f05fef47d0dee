import { setTimeout as delay } from 'node:timers/promises';

import { type CellOutputs, type ExecuteReply, type KernelLoss, type KernelSession } from '../kernel';
import { type CodeCell, hasTag, TAGS } from '../ipynb';
import { errorOf } from './error-text';
import { residentText } from './format';
import { awaitedByNone, droppedOutputs, lateException } from './late';
import { type Failure, type FailureKind } from './types';

/** Limits of one cell and of its kernel. */
export interface CellLimits {
  /** Longest time a cell may take. */
  timeoutMs: number;
  /** Most output a cell may print. */
  outputBytes: number;
  /** Most memory the kernel may hold. */
  kernelBytes: number;
}

/** What ends a cell before its reply. */
type Ending =
  { kind: 'lost'; loss: KernelLoss } | { kind: 'timeout' | 'output-limit' | 'memory-limit' | 'interrupted' };

export interface CellRun {
  durationMs: number;
  executionCount: number | null;
  outputs: CellOutputs;
  failure?: Omit<Failure, 'cell'>;
  /** Whether the kernel can take the next cell. */
  goesOn: boolean;
}

/** How often a running cell's output and its kernel's memory are looked at. */
const LOOK_INTERVAL_MS = 100;
/** How long an interrupted cell may take to answer. */
const INTERRUPT_GRACE_MS = 2_000;
/** tslab refuses what comes within 200 ms after an error. */
const ABORT_WINDOW_MS = 250;
/** How long after an interrupt that nobody here sent its server may take to be gone, more than a lost connection has. */
const SERVER_END_MS = 12_000;
/** Characters of a stream that go into a failure. */
const STREAM_TAIL = 4_000;

/** Runs one cell and says what went wrong, if anything did. */
export async function executeCell(
  session: KernelSession,
  cell: CodeCell,
  limits: CellLimits,
  stop: AbortSignal,
): Promise<CellRun> {
  const outputs = session.newOutputs();
  const startedAt = performance.now();
  const watch = watchLimits(session, outputs, limits, stop);
  const lost = session.lost.then((loss): Ending => ({ kind: 'lost', loss }));
  const answer = await Promise.race([session.execute(cell.source, outputs), watch.ending, lost]);
  watch.end();
  const durationMs = performance.now() - startedAt;
  const outcome = 'kind' in answer || !interrupted(answer, outputs) ? answer : await after(lost, answer, stop);
  if ('kind' in outcome) {
    const goesOn = false;
    if (outcome.kind !== 'lost') await interrupt(session);
    return {
      durationMs,
      executionCount: null,
      outputs,
      goesOn,
      failure: describe(cell, outputs, ...explain(outcome, limits)),
    };
  }
  const verdict = judgeReply(outcome, hasTag(cell, TAGS.raisesException), outputs);
  if (outcome.status !== 'ok') await new Promise((resolve) => setTimeout(resolve, ABORT_WINDOW_MS));
  return {
    durationMs,
    executionCount: outcome.execution_count ?? null,
    outputs,
    goesOn: verdict === undefined || verdict[0] === 'late-exception',
    ...(verdict ? { failure: describe(cell, outputs, ...verdict) } : {}),
  };
}

/** Whether an interrupt ended the cell, in the words of tslab and of ipykernel. None was sent by whoever waits for it. */
function interrupted(reply: ExecuteReply, outputs: CellOutputs): boolean {
  return (
    reply.status === 'error' && /^(Error: Interrupted asynchronously|KeyboardInterrupt)/.test(errorOf(reply, outputs))
  );
}

/** A server that is stopped interrupts its kernels first: its end is the reason then, and it comes in a moment. */
async function after(lost: Promise<Ending>, reply: ExecuteReply, signal: AbortSignal): Promise<Ending | ExecuteReply> {
  const waited = delay(SERVER_END_MS, reply, { ref: false, signal });
  return Promise.race([lost, waited.catch(() => reply)]); // Ctrl-C ends the wait too
}

/** What a reply and the cell's outputs mean. */
function judgeReply(reply: ExecuteReply, mayRaise: boolean, outputs: CellOutputs): [FailureKind, string] | undefined {
  const { status } = reply;
  const stderr = outputs.streamText('stderr');
  if (droppedOutputs(stderr)) {
    return [
      'output-lost',
      'the server dropped outputs over its rate limit (ZMQChannelsWebsocketConnection.limit_rate)',
    ];
  }
  if (status === 'ok') {
    const late = lateException(stderr);
    if (late !== undefined) return mayRaise ? undefined : ['late-exception', awaitedByNone(late)];
    return mayRaise ? ['no-exception', 'tagged raises-exception, but it raised none'] : undefined;
  }
  if (status === 'error') return mayRaise ? undefined : ['cell-error', errorOf(reply, outputs)];
  return ['not-run', `the kernel did not run it (reply status "${status}")`];
}

function watchLimits(
  session: KernelSession,
  outputs: CellOutputs,
  limits: CellLimits,
  stop: AbortSignal,
): { ending: Promise<Ending>; end: () => void } {
  let look: NodeJS.Timeout | undefined;
  let timeout: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const ending = new Promise<Ending>((resolve) => {
    onAbort = () => resolve({ kind: 'interrupted' });
    if (stop.aborted) onAbort();
    stop.addEventListener('abort', onAbort);
    timeout = setTimeout(() => resolve({ kind: 'timeout' }), limits.timeoutMs);
    look = setInterval(() => {
      if (outputs.bytes > limits.outputBytes) resolve({ kind: 'output-limit' });
      if ((session.memoryBytes() ?? 0) > limits.kernelBytes) resolve({ kind: 'memory-limit' });
    }, LOOK_INTERVAL_MS);
  });
  const end = (): void => {
    clearInterval(look);
    clearTimeout(timeout);
    if (onAbort) stop.removeEventListener('abort', onAbort);
  };
  return { ending, end };
}

/** Interrupts and gives the kernel a moment to print why; whoever closes the session kills it. */
async function interrupt(session: KernelSession): Promise<void> {
  const grace = new Promise((resolve) => setTimeout(resolve, INTERRUPT_GRACE_MS).unref());
  const answered = session.interrupt().then(() => session.idle());
  await Promise.race([answered.catch(() => undefined), grace, session.lost]);
}

function explain(ending: Ending, limits: CellLimits): [FailureKind, string] {
  switch (ending.kind) {
    case 'lost':
      return [ending.loss.kind, ending.loss.message];
    case 'timeout':
      return ['timeout', `still running after ${limits.timeoutMs / 1000} s, interrupted (--timeout)`];
    case 'output-limit':
      return ['output-limit', `printed more than ${residentText(limits.outputBytes)}, interrupted (--max-output)`];
    case 'memory-limit':
      return ['memory-limit', `its kernel held more than ${residentText(limits.kernelBytes)}, stopped (--memory)`];
    case 'interrupted':
      return ['interrupted', 'the run was interrupted'];
  }
}

function describe(cell: CodeCell, outputs: CellOutputs, kind: FailureKind, message: string): Omit<Failure, 'cell'> {
  const tail = (name: 'stdout' | 'stderr'): string => outputs.streamText(name).slice(-STREAM_TAIL);
  return { kind, message, source: cell.source, stdout: tail('stdout'), stderr: tail('stderr') };
}
