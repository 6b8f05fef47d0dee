// `npm test`: sets up what is missing, then types, format, lint, mocha and the notebooks. Ends with "N passed, N failed".
// `npm test -- fast` leaves out what is slow; `npm test -- STAGE [FILE...]` runs the stages of that name only.
import path from 'node:path';
import { readJson } from '../../lib/inference/setup/files.mjs';
import { writeFileAtomicSync } from '../../lib/inference/setup/system/atomic.cjs';
import { main, prepare } from '../../lib/setup/prepare.mjs';
import { RESULTS_FOLDER } from './run-node.mjs';
import { STAGES } from './stages.mjs';
import { addCounts, countLine, createTally, failureLine } from './tally.mjs';

const FAST_MOCHA_MINUTES = 2;
const DURATIONS_FILE = path.join(RESULTS_FOLDER, 'durations.json');

const minutes = (value) => (value < 1 ? `${Math.max(1, Math.round(value * 60))} s` : `${value.toFixed(1)} min`);
const key = (stage, fast) => (fast && stage.name === 'mocha' ? 'mocha (fast)' : stage.name);

/** All stages but those on demand, those of `fast`, or those whose name is, or begins with, the wanted one. */
export function chooseStages([wanted, ...args]) {
  if (!wanted) return { stages: STAGES.filter((stage) => !stage.onDemand), args: [], fast: false };
  if (wanted === 'fast') return { stages: STAGES.filter((stage) => stage.fast), args: [], fast: true };
  const stages = STAGES.filter(({ name }) => name === wanted || name.startsWith(`${wanted}:`));
  if (stages.length > 0) return { stages, args, fast: false };
  const names = STAGES.map(({ name }) => `"${name}"`).join(', ');
  throw new Error(`Expected "fast", one of ${names}, or nothing; got "${wanted}".`);
}

/** What the stages took the last time they passed here, else what they took where this was written. */
function estimate(stages, fast) {
  const measured = readJson(DURATIONS_FILE) ?? {};
  const expected = (stage) =>
    measured[key(stage, fast)] ?? (fast && stage.name === 'mocha' ? FAST_MOCHA_MINUTES : stage.minutes);
  return stages.reduce((sum, stage) => sum + expected(stage), 0);
}

function remember(stage, fast, took) {
  writeFileAtomicSync(DURATIONS_FILE, JSON.stringify({ ...readJson(DURATIONS_FILE), [key(stage, fast)]: took }));
}

/** Runs one stage and says in a line how it ended and how long it took. */
async function runStage(stage, { args, fast }) {
  console.log(`\n${stage.name}`);
  const startMs = performance.now();
  const counts = await stage.run(args, fast);
  const took = (performance.now() - startMs) / 60_000;
  console.log(`${counts.failed > 0 ? '✘' : '✔'} ${stage.name}: ${countLine(counts)} (${minutes(took)})`);
  if (counts.failed === 0 && args.length === 0) remember(stage, fast, took);
  return counts;
}

await main(async (wanted) => {
  const startMs = performance.now();
  const choice = chooseStages(wanted);
  const about = minutes(estimate(choice.stages, choice.fast));
  console.log(
    `${choice.stages.map(({ name }) => name).join(', ')}: about ${about}, and the set-up where it is missing.`,
  );
  const compiles = choice.stages.some((stage) => stage.compiles);
  await prepare({ retry: true, without: compiles ? ['library'] : [] });
  const tally = createTally();
  for (const stage of choice.stages) {
    const counts = await runStage(stage, choice);
    addCounts(tally, { ...counts, failures: counts.failures.map((text) => `${stage.name}: ${text}`) });
  }
  console.log(`\n${minutes((performance.now() - startMs) / 60_000)} in all`);
  for (const title of tally.skipped) console.log(`skipped: ${title}`);
  for (const text of tally.failures) console.log(`failed: ${failureLine(text)}`);
  console.log(countLine(tally));
  return tally.failed > 0 ? 1 : 0;
});
