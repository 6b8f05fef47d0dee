/** Who holds a lock, as its file says. */
export interface LockHolder {
  pid: number;
  host: string;
  /** When it took the lock, ISO 8601. */
  since: string;
}

export interface LockOptions {
  /** Called once when somebody else holds the lock, before the waiting starts. */
  onWait?: (holder: LockHolder) => void;
  /** Gives up with an error after so long; default: waits for as long as the holder lives. */
  timeoutMs?: number;
  /** Pause between looks, default 200. */
  pollMs?: number;
}

/**
 * Runs `work` while holding the lock file `file`, so that two processes never do the same work at once. The file is
 * removed afterwards, also when `work` fails.
 *
 * The lock of a holder that died is taken over. On this machine the very process is asked for, by its number and when
 * it started; one on another machine counts as dead when it gave no sign for a minute.
 *
 * @throws when `timeoutMs` has passed, naming the holder
 */
export function withLock<T>(file: string, work: () => Promise<T>, options?: LockOptions): Promise<T>;

/** {@link withLock} in two halves: waits until this process holds the lock; the result gives it back. */
export function acquireLock(file: string, options?: LockOptions): Promise<() => void>;
