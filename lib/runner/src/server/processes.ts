import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** Whether a process runs (a zombie that nobody collected does not). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statFields(pid)?.state !== 'Z';
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** All processes below `pid`: its children, theirs, and so on. */
export function descendants(pid: number): number[] {
  const parents = parentsByPid();
  const found = [pid];
  for (const above of found) {
    for (const [child, parent] of parents) if (parent === above) found.push(child);
  }
  return found.slice(1);
}

function parentsByPid(): Map<number, number> {
  const parents = new Map<number, number>();
  if (process.platform === 'linux') {
    for (const pid of processNumbers()) {
      const stat = statFields(pid);
      if (stat) parents.set(pid, stat.parent);
    }
    return parents;
  }
  if (process.platform === 'win32') return parents;
  for (const line of execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')) {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    if (child !== undefined && parent !== undefined) parents.set(child, parent);
  }
  return parents;
}

/**
 * The processes that a server with this folder started, directly or not, wherever they stand by now: they have its runtime
 * folder among their variables, or (where those cannot be read) the folder on their command line. Without this process.
 */
export function processesOf(folder: string): number[] {
  const variable = `JUPYTER_RUNTIME_DIR=${path.join(folder, 'runtime')}`;
  if (process.platform === 'linux') {
    const knows = (pid: number): boolean => textOf(pid, 'environ').split('\0').includes(variable);
    return processNumbers().filter((pid) => pid !== process.pid && knows(pid));
  }
  return commandLines()
    .filter(({ pid, command }) => pid !== process.pid && command.includes(`${folder}${path.sep}`))
    .map(({ pid }) => pid);
}

const processNumbers = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** A file of `/proc/PID`, empty where the process ended or is another's. */
function textOf(pid: number, name: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Windows shows no command lines without tools of its own. */
function commandLines(): { pid: number; command: string }[] {
  if (process.platform === 'win32') return [];
  const lines = execFileSync('ps', ['-axwwo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\n');
  return lines.map((command) => ({ pid: Number.parseInt(command, 10), command }));
}

/** When a process started, as an opaque text, or undefined when it does not run (a zombie does not count). */
export function startTime(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = statFields(pid);
    return stat?.state === 'Z' ? undefined : stat?.startTime;
  }
  if (process.platform === 'win32') return isRunning(pid) ? 'running' : undefined;
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }; // the same text whoever asks
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** State letter, parent and time of start from `/proc/PID/stat`; undefined where there is none. */
function statFields(pid: number): { state: string; parent: number; startTime: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself contain brackets and spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], parent: Number(fields[1]), startTime: fields[19] };
  } catch {
    return undefined;
  }
}

/** Marks the processes of one kernel, which keep it when they leave their parents. */
export const SESSION_VARIABLE = 'TSLAB_RUNNER_SESSION';

/** Ends every process that bears a kernel's mark. Where variables of others cannot be read (not Linux), none. */
export function endSession(session: string): void {
  if (process.platform !== 'linux') return;
  const mark = `${SESSION_VARIABLE}=${session}`;
  for (const pid of processNumbers()) {
    if (textOf(pid, 'environ').split('\0').includes(mark)) signal(pid, 'SIGKILL');
  }
}

/** Physical memory of a process and all below it in bytes; null when it is gone. Pages that two share count twice. */
export function residentTreeBytes(pid: number): number | null {
  const own = residentBytes(pid);
  if (own === null || process.platform === 'win32') return own;
  return descendants(pid).reduce((sum, each) => sum + (residentBytes(each) ?? 0), own);
}

/** Physical memory of a process in bytes; null when it is gone. */
function residentBytes(pid: number): number | null {
  try {
    if (process.platform === 'linux') {
      const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return kibibytes === undefined ? null : Number(kibibytes) * 1024;
    }
    if (process.platform === 'win32') return null;
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
  } catch {
    return null;
  }
}

/** The processes whose command line holds `text` (a kernel's names its connection file). */
export function processesWith(text: string): number[] {
  if (process.platform === 'linux') return processNumbers().filter((pid) => textOf(pid, 'cmdline').includes(text));
  return commandLines()
    .filter(({ command }) => command.includes(text))
    .map(({ pid }) => pid);
}

/** The first of {@link processesWith}; undefined when there is none. */
export const findProcess = (text: string): number | undefined => processesWith(text)[0];
