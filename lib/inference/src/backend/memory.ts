import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isNative, nativeBackend } from './native';

/** Less is not worth the tens of milliseconds. */
const WORTH_BYTES = 2 ** 24;

/**
 * Dead arrays wait for a whole collection until there is as much of them, or until it takes but a tenth of the time. A
 * compiled ResNet-50 whose network (98 MiB) is disposed of right after would keep its weights otherwise.
 */
const MOST_BYTES = 96 * 2 ** 20;
const REST = 9;

type Collect = (options?: { type: 'minor' }) => void;

let collect: Collect | undefined;
let waitingBytes = 0;
let restUntilMs = -Infinity;

/** The garbage collector as a function, which V8 gives to contexts that are made after it was told to. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}

/**
 * Gives memory that was freed back to the system, where it was much. Allocators keep it for later, and JavaScript keeps
 * dead arrays until it needs room, so that a process would stay several times as large as what it computes with. Young
 * arrays are collected every time (a millisecond or two), all of them (40 to 120 ms) once in a while: who disposes of many
 * networks one after the other would wait for little else.
 *
 * @param freedBytes about how much was freed
 */
export function returnMemory(freedBytes: number): void {
  if (freedBytes < WORTH_BYTES) return;
  collect ??= collector();
  waitingBytes += freedBytes;
  const startMs = performance.now();
  if (startMs < restUntilMs && waitingBytes < MOST_BYTES) collect({ type: 'minor' });
  else {
    collect();
    waitingBytes = 0;
    const endMs = performance.now();
    restUntilMs = endMs + REST * (endMs - startMs);
  }
  if (isNative()) nativeBackend().binding.trimMemory?.();
}
