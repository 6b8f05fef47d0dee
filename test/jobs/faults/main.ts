/**
 * Every fault of jobs, many times over, at random moments; each round must end with what a plain loop gives, or with the
 * sentence that belongs to the fault:
 *
 *   npm run jobs:faults -- [--rounds 20] [--only killed,paused]
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { redisProgram } from '../support/redis';
import { Round, Skipped } from './round';
import { FAULTS } from './scenarios';

interface Row {
  readonly name: string;
  readonly passed: number;
  readonly problems: readonly string[];
  readonly seconds: number;
}

/** A round takes ten seconds: one that takes so long waits for what never comes. */
const ROUND_MS = 180_000;

async function inTime(round: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No end after ${ROUND_MS / 1000} s.`)), ROUND_MS);
  });
  await Promise.race([round, late]).finally(() => clearTimeout(timer));
}

async function repeat(name: string, rounds: number): Promise<Row> {
  const startMs = performance.now();
  const problems: string[] = [];
  let passed = 0;
  for (let k = 0; k < rounds; k++) {
    const round = new Round();
    try {
      await inTime(FAULTS[name](round));
      passed++;
      console.error(`${name}: ${k + 1} of ${rounds} after ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
    } catch (error) {
      if (error instanceof Skipped) {
        problems.push(`skipped: ${error.message}`);
        break;
      }
      problems.push(`round ${k + 1}: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`);
    } finally {
      await round.end();
    }
  }
  return { name, passed, problems, seconds: (performance.now() - startMs) / 1000 };
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, only: { type: 'string' } } });
  const rounds = Number(values.rounds);
  const names = values.only?.split(',') ?? Object.keys(FAULTS);
  const unknown = names.find((name) => !(name in FAULTS));
  if (unknown !== undefined || !(rounds >= 1))
    throw new Error(`--only takes ${Object.keys(FAULTS).join(', ')}; --rounds a number from 1.`);
  if (!redisProgram) throw new Error('The faults need redis-server or valkey-server: apt-get install redis-server.');
  console.log('| fault | rounds passed | seconds | what went wrong |\n|---|---|---|---|');
  let failed = 0;
  for (const name of names) {
    const { passed, problems, seconds } = await repeat(name, rounds);
    console.log(`| ${name} | ${passed} of ${rounds} | ${seconds.toFixed(0)} | ${problems.join('; ')} |`);
    failed += problems.filter((text) => !text.startsWith('skipped')).length;
  }
  return failed > 0 ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(2);
  },
);
