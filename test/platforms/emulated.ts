import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { ipynb, run as runner, server as servers } from 'tslab-runner';
import { systemOf } from '../../lib/inference/setup/systems.mjs';
import { run } from './cache';
import { emulatedNode } from './emulator';
import { linkAddon } from './link';
import { tensorflowOf } from './wheels';

const ROOT = path.resolve(__dirname, '../..');
const PROBE = path.join(ROOT, 'lib/inference/setup/probe-addon.cjs');
const COMPUTE = path.join(__dirname, 'compute.cjs');
const NOTEBOOK = path.join(__dirname, 'short.ipynb');

/** Below it two processors' sums of a few thousand products agree; forgetting a term of any of them shows. */
const TOLERANCE = 1e-4;
const TIMEOUT_MS = 1_200_000;

type Answer = { arch: string; name: string; node: string; tensorflow: string } & Record<string, number | number[]>;

/** Command line of Node for the machine, with its own addon. */
export async function nodeOf(machine: string): Promise<string[]> {
  return emulatedNode(await linkAddon(machine), await tensorflowOf(machine));
}

const lastLine = (text: string): Answer => JSON.parse(text.trim().split('\n').at(-1) ?? '') as Answer;
const asNode = ([program, ...args]: string[], more: string[]): Promise<string> => run(program, [...args, ...more]);

/** The set-up's own probe: loads the addon and computes values known by hand. */
export async function probe(node: string[]): Promise<string> {
  const { node: version, tensorflow } = lastLine(await asNode(node, [PROBE]));
  return `loads in Node ${version.slice(1)}, TensorFlow ${tensorflow}, its products and gradients are right`;
}

/** A part of compute.cjs, emulated and on this machine, compared number by number. */
export async function compare(node: string[], part: 'forward' | 'train'): Promise<string> {
  const there = lastLine(await asNode(node, [COMPUTE, part]));
  if (there.name !== 'tensorflow') throw new Error(`Expected TensorFlow to compute, got ${there.name}.`);
  if (there.arch === process.arch) throw new Error(`Expected another processor than this ${process.arch}.`);
  const here = lastLine(await asNode([process.execPath], [COMPUTE, part]));
  const found: string[] = [];
  for (const [name, value] of Object.entries(here)) {
    if (typeof value === 'string') continue;
    found.push(`${name} within ${close(`${name} there and here`, there[name], value)} of this machine's`);
  }
  if (part === 'forward')
    found.push(`both within ${close('compiled and written', there.compiled, there.logits)} of each other`);
  return found.join(', ');
}

function close(what: string, left: number | number[], right: number | number[]): string {
  const [a, b] = [[left].flat(), [right].flat()];
  const difference = Math.max(...a.map((value, i) => Math.abs(value - b[i])));
  if (a.length === 0 || a.length !== b.length || !(difference < TOLERANCE))
    throw new Error(`${what} differ by ${difference} (${a.slice(0, 3).join(', ')} and ${b.slice(0, 3).join(', ')}).`);
  return difference.toExponential(1);
}

/** A short notebook in an emulated kernel, behind this machine's Jupyter server. */
export async function shortNotebook(node: string[]): Promise<string> {
  const tslab = path.join(ROOT, 'node_modules/tslab/bin/tslab');
  const argv = [...node, tslab, 'kernel', '--config-path', '{connection_file}'];
  const kernelSpec = { argv, display_name: 'TypeScript', language: 'typescript', interrupt_mode: 'signal' };
  const { serverCommand, env } = servers.readEnvironment(ROOT);
  const own = await servers.startServer({ environment: { serverCommand, env, kernelSpec }, rootDir: ROOT });
  try {
    const [filled] = ipynb.fillAnswers(await ipynb.readNotebook(NOTEBOOK), 'as-is');
    const limits = { timeoutMs: TIMEOUT_MS, outputBytes: 2e7, kernelBytes: 8e9 };
    const signal = new AbortController().signal;
    const result = await runner.runNotebook(NOTEBOOK, filled, {
      server: own,
      limits,
      signal,
      startTimeoutMs: TIMEOUT_MS,
    });
    if (result.status !== 'passed') throw new Error(result.failures.map(({ message }) => message).join('; '));
    return `${result.cells.filter(({ status }) => status === 'passed').length} cells passed`;
  } finally {
    await own.stop();
  }
}

/** Lists for profilers, which oneDNN writes on ARM unless it is told not to, always in /tmp. */
export const perfMaps = (): string[] => readdirSync('/tmp').filter((name) => /^perf-\d+\.map$/.test(name));

/** @throws for lists that were not there `before` */
export function nothingLeft(before: string[]): string {
  const left = perfMaps().filter((name) => !before.includes(name));
  if (left.length > 0) throw new Error(`left in /tmp: ${left.join(', ')}`);
  return 'no perf-PID.map in /tmp';
}

/** Whether a machine's programs can be emulated: Linux's alone. */
export const canEmulate = (machine: string): boolean =>
  systemOf(machine.split('-')[0]).name === 'Linux' && machine.endsWith('-arm64');
