import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process started, as an opaque text, or undefined when it does not run (a zombie does not count). With the pid
 * this names a process for good: the number alone may have been given to another one since.
 */
export function startTime(pid) {
  try {
    if (process.platform === 'linux') {
      const fields = statFields(pid);
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    if (process.platform === 'win32') return isSignalable(pid) ? 'running' : undefined;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The fields of /proc/PID/stat after the program's name, which may hold anything. */
const statFields = (pid) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');

/** The parent of a process, or undefined when it is gone or the system is not Linux. */
export function parentOf(pid) {
  try {
    return Number(statFields(pid)[1]);
  } catch {
    return undefined;
  }
}

function isSignalable(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** What names this or another running process across pid reuse. */
export function identify(pid) {
  return { pid, startTime: startTime(pid) };
}

/** True while the very process that `identity` names runs. */
export function isRunning(identity) {
  return identity?.startTime !== undefined && startTime(identity.pid) === identity.startTime;
}

/** Sends a signal to a process group, or to the process where groups do not exist; gone processes are fine. */
export function signalGroup(pid, signal) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
