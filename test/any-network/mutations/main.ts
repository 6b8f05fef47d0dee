/**
 * Puts one fault after the other into the library and shows that random networks find it:
 *
 *   npm run any-network:mutations -- [--count N] [--only TEXT] [--jobs N]
 *
 * Prints a table, and ends with 1 where a fault is not found within N networks (300). `--only` takes the faults whose
 * area or name holds one of the texts, joined by commas.
 */
import { fork } from 'node:child_process';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import type { Reader } from '../check';
import { AREAS } from './areas';
import type { Found, Message, Task } from './mutant';
import { problemsOf, type Area, type Mutation } from './mutation';

const READERS: readonly Reader[] = [
  'compiled',
  'exported',
  'quantized',
  'counted',
  'stored',
  'pruned',
  'differentiated',
];

interface Outcome {
  found: Found[];
  broken?: string;
}

/** Runs networks in a process of their own. */
function inProcess(task: Task): Promise<Outcome> {
  return new Promise((done) => {
    const child = fork(path.join(__dirname, 'mutant.ts'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const outcome: Outcome = { found: [], broken: 'the process ended before it was done' };
    child.on('message', (message: Message) => {
      if ('found' in message) outcome.found.push(message.found);
      if ('broken' in message) outcome.broken = message.broken;
      if ('done' in message) delete outcome.broken;
    });
    child.on('exit', () => done(outcome));
    child.send(task);
  });
}

interface Row {
  area: string;
  mutation: Mutation;
  outcome: Outcome;
}

const firstLine = (text: string): string => text.split('\n')[0].slice(0, 110);

function textOf({ area, mutation, outcome: { found, broken } }: Row): string {
  const [first] = found;
  const how = first
    ? `${first.reader.padEnd(14)} network ${String(first.seed).padStart(3)}  ${firstLine(first.message)}`
    : `NOT FOUND ${broken ?? ''}`;
  return `${area.padEnd(24)} ${mutation.name.padEnd(58)} ${how}`;
}

/** Networks that agree while nothing is broken; a fault is found by one of these. */
async function sound(count: number): Promise<number[]> {
  const seeds = Array.from({ length: count }, (_, i) => i + 1);
  const { found, broken } = await inProcess({ seeds, readers: READERS, keepGoing: true });
  if (broken) throw new Error(`The library as it is cannot be run: ${broken}.`);
  const failing = new Set(found.map(({ seed }) => seed));
  console.log(`${count - failing.size} of ${count} networks agree in the library as it is.\n`);
  return seeds.filter((seed) => !failing.has(seed));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '300' },
      only: { type: 'string', default: '' },
      jobs: { type: 'string', default: '1' },
    },
  });
  const problems = problemsOf(AREAS);
  if (problems.length) throw new Error(problems.join('\n'));
  const wanted = (area: Area, mutation: Mutation): boolean =>
    values.only.split(',').some((text) => `${area.area} ${mutation.name}`.includes(text));
  const queue = AREAS.flatMap((area) =>
    area.mutations.filter((m) => wanted(area, m)).map((mutation) => ({ area, mutation })),
  );
  const seeds = await sound(Number(values.count));
  const rows: Row[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { area, mutation } = next;
      const readers = [area.reader, ...READERS.filter((reader) => reader !== area.reader)];
      const row = {
        area: area.area,
        mutation,
        outcome: await inProcess({ mutation, seeds, readers, keepGoing: false }),
      };
      rows.push(row);
      console.log(textOf(row));
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const missed = rows.filter(({ outcome }) => outcome.found.length === 0);
  console.log(`\n${rows.length - missed.length} of ${rows.length} faults found.`);
  for (const row of missed) console.log(textOf(row));
  return missed.length > 0 ? 1 : 0;
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(2);
  },
);
