import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import { backend } from 'scalable-inference';

/** Lines that name the machine, the load it is under, and every version that a timing depends on. */
export async function describeConditions(others: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { name, device, threads, versions } = await backend.ready();
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  const list = Object.entries({ ...versions, ...others }).map(([key, value]) => `${key} ${value}`);
  return [
    `machine: ${processorName()}, ${os.cpus().length} processors, ${memory} GiB, ${os.type()} ${os.release()}`,
    `load average at the start: ${os
      .loadavg()
      .map((n) => n.toFixed(1))
      .join(' ')} (above 1: other programs took part of the time)`,
    `backend: ${name} on ${device}, ${threads} threads; ${list.join(', ')}`,
  ];
}

function processorName(): string {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const flags =
    process.platform === 'linux' ? (/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '') : '';
  const features = ['avx2', 'avx512f', 'avx512_vnni', 'amx_int8'].filter((flag) => flags.split(' ').includes(flag));
  return features.length ? `${model} (${features.join(' ')})` : model;
}
