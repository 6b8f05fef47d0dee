/**
 * Random networks through every reader:
 *
 *   npm run any-network -- [--seed N] [--count N] [--jobs N] [--readers compiled,exported,...] [--keep-going] [--texts]
 *
 * A network that fails is cut down to its smallest form and printed as code. Progress goes to stderr, every 200 networks.
 */
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { backend } from 'scalable-inference';
import { READERS, type Reader } from './check';
import { addTo, ALL_READERS, nothing, runRange, type Range, type Summary } from './run';

const EVERY = 200;

interface Settings extends Range {
  jobs: number;
}

function settings(): Settings {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '200' },
      jobs: { type: 'string', default: '1' },
      readers: { type: 'string' },
      'keep-going': { type: 'boolean', default: false },
      texts: { type: 'boolean', default: false },
    },
  });
  const [seed, count, jobs] = (['seed', 'count', 'jobs'] as const).map((name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < (name === 'seed' ? 0 : 1))
      throw new Error(`--${name} expects a whole number, got '${values[name]}'.`);
    return value;
  });
  const readers = values.readers?.split(',') ?? ALL_READERS;
  const unknown = readers.find((name) => !(name in READERS));
  if (unknown !== undefined)
    throw new Error(`There is no reader '${unknown}': --readers takes ${ALL_READERS.join(', ')}, joined by commas.`);
  return { seed, count, jobs, readers: readers as Reader[], keepGoing: values['keep-going'], texts: values.texts };
}

/** A whole range in this process; a parent process, where there is one, is told how far it is. */
async function here(range: Range, print: (summary: Summary) => void): Promise<Summary> {
  await backend.ready();
  return runRange(range, (text) => console.log(text), print);
}

/** The range in several processes, each with a part of the seeds. */
async function inProcesses({ jobs, ...range }: Settings, print: (summary: Summary) => void): Promise<Summary> {
  const parts = Array.from({ length: jobs }, (_, i) => {
    const [from, to] = [i, i + 1].map((part) => Math.floor((range.count * part) / jobs));
    return { ...range, seed: range.seed + from, count: to - from };
  }).filter(({ count }) => count > 0);
  const summaries = parts.map(nothing);
  const total = (): Summary => {
    const sum = nothing();
    for (const each of summaries) addTo(sum, each);
    return sum;
  };
  const run = (part: Range, i: number): Promise<void> =>
    new Promise((done, fail) => {
      const child = fork(__filename, argumentsOf(part));
      child.on('message', (summary: Summary) => {
        summaries[i] = summary;
        print(total());
      });
      child.on('exit', (code) => {
        if (code === 0 || code === 1) return done();
        fail(new Error(`The process for the seeds from ${part.seed} ended with ${code}.`));
      });
    });
  await Promise.all(parts.map(run));
  return total();
}

const argumentsOf = ({ seed, count, readers, keepGoing, texts }: Range): string[] => [
  ...['--seed', String(seed), '--count', String(count), '--readers', readers.join()],
  ...(keepGoing ? ['--keep-going'] : []),
  ...(texts ? ['--texts'] : []),
];

/** Prints how many networks are done and how fast, once for every 200. */
function progress(count: number): (summary: Summary) => void {
  const start = performance.now();
  let printed = 0;
  return ({ networks, failed }) => {
    if (Math.floor(networks / EVERY) === printed) return;
    printed = Math.floor(networks / EVERY);
    const rate = networks / ((performance.now() - start) / 1000);
    console.error(`${networks} of ${count} networks, ${rate.toFixed(1)} a second, ${sumOf(failed)} failed`);
  };
}

const sumOf = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

function describe({ networks, failed, kinds }: Summary, first: number): string {
  const sorted = Object.entries(kinds).sort(([, a], [, b]) => b - a);
  const rows = sorted.map(([kind, n]) => `${String(n).padStart(8)}  ${kind}`);
  const wrong = Object.entries(failed).map(([reader, n]) => `${reader} ${n}`);
  return [
    `${networks} networks from seed ${first}: ${networks - sumOf(failed)} agree, ${sumOf(failed)} do not`,
    ...(wrong.length ? [`by reader: ${wrong.join(', ')}`] : []),
    'networks that hold a kind of part:',
    ...rows,
  ].join('\n');
}

async function main(): Promise<number> {
  const wanted = settings();
  if (process.send) {
    const summary = await here(wanted, (sum) => void (sum.networks % 20 === 0 && process.send?.(sum)));
    await new Promise<void>((done) => process.send?.(summary, undefined, undefined, () => done()));
    return sumOf(summary.failed) > 0 ? 1 : 0;
  }
  const print = progress(wanted.count);
  const summary = await (wanted.jobs > 1 ? inProcesses(wanted, print) : here(wanted, print));
  console.log(describe(summary, wanted.seed));
  return sumOf(summary.failed) > 0 ? 1 : 0;
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error((error as Error).message);
    process.exit(2);
  },
);
