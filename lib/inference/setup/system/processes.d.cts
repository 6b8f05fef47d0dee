/** A process for good: its number alone may have been given to another one since. */
export interface ProcessIdentity {
  pid: number;
  /** As {@link startTime} gives it; undefined where the process does not run. */
  startTime: string | undefined;
}

/** When a process started, as an opaque text, or undefined when it does not run (a zombie does not count). */
export function startTime(pid: number): string | undefined;

/** The parent of a process, or undefined when it is gone or the system is not Linux. */
export function parentOf(pid: number): number | undefined;

/** What names this or another running process across reuse of its number. */
export function identify(pid: number): ProcessIdentity;

/** True while the very process that `identity` names runs. */
export function isRunning(identity: Partial<ProcessIdentity> | undefined): boolean;

/** Sends a signal to a process group, or to the process where groups do not exist; gone processes are fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void;
