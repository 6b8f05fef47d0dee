/** A process for good: its number alone may have been given to another one since. */
export interface ProcessIdentity {
  pid: number;
  /** As {@link startTime} gives it; undefined where the process does not run. */
  startTime: string | undefined;
}

/**
 * When a process started, as an opaque text, or undefined when it does not run (a zombie does not count).
 *
 * @param platform whose way to ask, default this one's; every system but Linux and Windows is asked by `ps`
 */
export function startTime(pid: number, platform?: string): string | undefined;

/** The parent of a process, or undefined when it is gone; on Windows 0 as long as it runs, which is all one can know. */
export function parentOf(pid: number, platform?: string): number | undefined;

/** What names this or another running process across reuse of its number. */
export function identify(pid: number): ProcessIdentity;

/** True while the very process that `identity` names runs. */
export function isRunning(identity: Partial<ProcessIdentity> | undefined): boolean;

/**
 * Sends a signal to a process group; gone processes are fine. Windows has neither groups nor signals: there the process is
 * ended with all that it started.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals, platform?: string): void;
