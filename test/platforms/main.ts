// `npm run platforms [-- MACHINE...]`: builds the native engine for the other machines that a wheel exists for, as far as
// that can be done here. Each addon is linked with its machine's libraries and its bindings are compared; the one for
// Linux on arm64 also runs, under qemu. Fetches about a gigabyte the first time, kept in .cache/platforms.
import * as os from 'node:os';
import { main } from '../../lib/inference/setup/prepare.mjs';
import { WHEELS } from '../../lib/inference/setup/systems.mjs';
import { formatTable } from '../../lib/inference/setup/table.mjs';
import { tensorflowNames } from './bindings';
import { Unavailable } from './cache';
import { canEmulate, compare, nodeOf, nothingLeft, perfMaps, probe, shortNotebook } from './emulated';
import { checkBindings, linkAddon, needsOf, ownAddon, zigTarget } from './link';

const HERE = `${process.platform}-${process.arch}`;

type Row = [machine: string, step: string, result: 'ok' | 'failed' | 'skipped', seconds: string, found: string];

/** Runs one step; a step of a machine whose earlier one did not end well is left out by whoever calls it. */
async function step(rows: Row[], machine: string, name: string, work: () => Promise<string>): Promise<boolean> {
  const startMs = performance.now();
  console.error(`${machine}: ${name} ...`);
  const note = (result: Row[2], found: string): boolean => {
    rows.push([machine, name, result, ((performance.now() - startMs) / 1000).toFixed(0), found]);
    return result === 'ok';
  };
  try {
    return note('ok', await work());
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Unavailable) return note('skipped', message);
    console.error(message);
    return note('failed', message.split('\n')[0]);
  }
}

async function tryMachine(machine: string, rows: Row[]): Promise<void> {
  const own = ownAddon();
  const expected = own ? tensorflowNames(await needsOf(own)) : undefined;
  const linked = await step(rows, machine, 'link', async () => {
    await linkAddon(machine);
    return `zig c++ -target ${zigTarget(WHEELS[machine].tag)}`;
  });
  if (!linked) return;
  await step(rows, machine, 'bindings', async () => checkBindings(machine, await linkAddon(machine), expected));
  if (!canEmulate(machine)) return;
  let node: string[] = [];
  const before = perfMaps();
  if (!(await step(rows, machine, 'emulated: probe', async () => probe((node = await nodeOf(machine)))))) return;
  await step(rows, machine, 'emulated: forward', () => compare(node, 'forward'));
  await step(rows, machine, 'emulated: training step', () => compare(node, 'train'));
  await step(rows, machine, 'emulated: notebook', () => shortNotebook(node));
  await step(rows, machine, 'emulated: nothing left', async () => nothingLeft(before));
}

void main(async (wanted: string[]) => {
  os.setPriority(10);
  console.debug = () => undefined; // the client of the Jupyter server tells of its connections
  const others = Object.keys(WHEELS).filter((machine) => machine !== HERE);
  const unknown = wanted.find((machine) => !others.includes(machine));
  if (unknown) throw new Error(`Expected machines of ${others.join(', ')}; got "${unknown}".`);
  const rows: Row[] = [];
  for (const machine of wanted.length > 0 ? wanted : others) await tryMachine(machine, rows);
  console.log(formatTable(['Machine', 'Step', 'Result', 's', 'Found'], rows));
  return rows.some(([, , result]) => result === 'failed') ? 1 : 0;
});
