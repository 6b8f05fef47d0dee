import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isNative, nativeBackend } from './native';

/** Less is not worth the tens of milliseconds. */
const WORTH_BYTES = 2 ** 24;

let collect: (() => void) | undefined;

/** The garbage collector as a function, which V8 gives to contexts that are made after it was told to. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/**
 * Gives memory that was freed back to the system, where it was much. Allocators keep it for later, and JavaScript keeps
 * dead arrays until it needs room, so that a process would stay several times as large as what it computes with.
 *
 * @param freedBytes about how much was freed
 */
export function returnMemory(freedBytes: number): void {
  if (freedBytes < WORTH_BYTES) return;
  (collect ??= collector())();
  if (isNative()) nativeBackend().binding.trimMemory?.();
}
