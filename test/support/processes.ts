import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes that can be looked at, each with its command line, words apart by spaces. */
export function commandLines(): { pid: number; command: string }[] {
  if (process.platform !== 'linux') {
    const text = execFileSync('ps', ['-axwwo', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    return text.split('\n').map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
  }
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.flatMap((name) => {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), command }];
    } catch {
      return []; // it ended while we looked
    }
  });
}

/** The working directory of a process, or undefined where it ended. */
export function workingFolder(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`);
    const text = execFileSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'], { encoding: 'utf8' });
    return /^n(.*)$/m.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
