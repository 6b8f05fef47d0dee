/**
 * Every published network, at its published width and picture size:
 *
 *   npm run every-network -- [--networks vgg11,vit_h_14] [--readers compiled,shrunk] [--most MILLIONS]
 *
 * Each network is built, counted and compiled in a process of its own, and the times are printed. Networks of up to
 * `most` million parameters (default 0: none) also go through the readers that the tests take small members of each
 * family through; the largest need about 20 bytes of memory for each of their parameters.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { backend, graph, measure, models } from 'scalable-inference';
import { fillReference } from '../support/reference-weights';
import { PUBLISHED } from './plan';
import { READERS } from './readers';

/** What one network took; times in milliseconds. */
interface Result {
  network: string;
  params: number;
  macs: number;
  buildMs: number;
  countMs: number;
  /** From fresh weights, which are filled on the way. */
  compileMs: number;
  /** Largest memory of the process, in units of 1024² bytes. */
  memoryMB: number;
  /** What went wrong, by reader; empty where nothing did. */
  failed: Record<string, string>;
}

/** [1, height, width, channels] */
const shapeOf = (name: string): number[] => [1, ...models.describe(name).inputShape];

async function timed<T>(body: () => T | Promise<T>): Promise<[result: T, ms: number]> {
  const start = performance.now();
  const result = await body();
  return [result, Math.round(performance.now() - start)];
}

async function readersOn(name: string, readers: readonly string[]): Promise<Record<string, string>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'every-network-'));
  const net = fillReference(models.create(name, { seed: 0 }));
  const another = () => models.create(name, { seed: 1 });
  const failed: Record<string, string> = {};
  for (const reader of readers) {
    await READERS[reader]({ net, shape: shapeOf(name), folder, another }).catch((error: unknown) => {
      failed[reader] = (error as Error).message.split('\n')[0];
    });
  }
  rmSync(folder, { recursive: true });
  return failed;
}

async function one(name: string, readers: readonly string[]): Promise<Result> {
  await backend.ready();
  const shape = shapeOf(name);
  const [net, buildMs] = await timed(() => models.create(name, { seed: 0 }).eval());
  const [{ params, macs }, countMs] = await timed(() => measure.complexity(net, shape));
  const [run, compileMs] = await timed(() => graph.compile(graph.trace(net, shape)));
  run.dispose();
  net.dispose();
  const failed = await readersOn(name, readers);
  const memoryMB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { network: name, params, macs, buildMs, countMs, compileMs, memoryMB, failed };
}

function settings(): { networks: string[]; readers: string[]; most: number; alone: boolean } {
  const { values } = parseArgs({
    options: {
      networks: { type: 'string', default: PUBLISHED.join() },
      readers: { type: 'string', default: Object.keys(READERS).join() },
      most: { type: 'string', default: '0' },
      alone: { type: 'boolean', default: false },
    },
  });
  const [networks, readers] = [values.networks.split(','), values.readers.split(',')];
  const unknown = readers.find((name) => !(name in READERS));
  if (unknown !== undefined)
    throw new Error(`There is no reader '${unknown}': --readers takes ${Object.keys(READERS).join(', ')}.`);
  for (const name of networks) models.describe(name);
  const most = Number(values.most);
  if (!(most >= 0)) throw new Error(`--most expects a number of millions, got '${values.most}'.`);
  return { networks, readers, most: most * 1e6, alone: values.alone };
}

const COLUMNS = ['network', 'params', 'macs', 'buildMs', 'countMs', 'compileMs', 'memoryMB'] as const;

async function main(): Promise<number> {
  const { networks, readers, most, alone } = settings();
  const paramsOf = (name: string): number => models.table().find(({ model }) => model === name)?.params ?? 0;
  if (alone) {
    const [name] = networks;
    console.log(JSON.stringify(await one(name, paramsOf(name) <= most ? readers : [])));
    return 0;
  }
  console.log(`| ${COLUMNS.join(' | ')} | failed |\n|${'---|'.repeat(COLUMNS.length + 1)}`);
  let failures = 0;
  for (const name of networks) {
    const options = ['--alone', '--networks', name, '--readers', readers.join(), '--most', String(most / 1e6)];
    const program = [...process.execArgv, __filename, ...options];
    const { stdout } = await promisify(execFile)(process.execPath, program);
    const result = JSON.parse(stdout.trim().split('\n').at(-1) as string) as Result;
    const failed = Object.entries(result.failed).map(([reader, message]) => `${reader}: ${message}`);
    console.log(`| ${COLUMNS.map((column) => result[column]).join(' | ')} | ${failed.join('; ')} |`);
    failures += failed.length;
  }
  return failures > 0 ? 1 : 0;
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(2);
  },
);
