import { inTurn } from '../run';
import { type Arguments } from './arguments';
import { Grading, isRunnable, type Live, ungraded } from './grading';
import { Ledger } from './ledger';
import { Reports } from './reports';
import { willIsolate } from './server';
import { readSubmissions, type Submission } from './submissions';

/**
 * Grades every notebook below a folder, each in a kernel of its own. A submission with the file name of one of the
 * command line's notebooks (or of `notebooks/`) is graded as that notebook with the learner's answers. True unless a
 * report could not be written or something was changed meanwhile that must not be: a learner's missing points are no
 * failure of the run.
 */
export async function gradeFolder(
  options: Arguments,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const { folder, csv, fresh } = options.grade as NonNullable<Arguments['grade']>;
  const submissions = await readSubmissions(folder, options.files, options.parameters);
  const reports = new Reports(options, folder);
  const resume = { signal, fresh, isolated: willIsolate(options), settings: settingsOf(options) };
  const ledger = await Ledger.open({ submissions, reports, print, resume, ...(csv === undefined ? {} : { csv }) });
  const isRest = submissions.some(({ name }) => ledger.has(name));
  if (isRest && (options.report ?? options.json) !== undefined)
    print('--report and --json will hold the runs of these others alone.');
  await gradeAll(submissions, options, { signal, print }, ledger);
  const untouched = await ledger.close();
  const unwritten = await reports.finish(ledger.results);
  for (const problem of unwritten) print(problem);
  return unwritten.length === 0 && untouched;
}

/** What of the command line changes grades. */
const settingsOf = ({ parameters, timeoutMs, outputBytes, memoryBytes, jobs, passedVariables }: Arguments): string =>
  JSON.stringify([[...parameters], timeoutMs, outputBytes, memoryBytes / jobs, passedVariables]);

async function gradeAll(
  submissions: readonly Submission[],
  options: Arguments,
  live: Live,
  ledger: Ledger,
): Promise<void> {
  const left = submissions.filter(({ name }) => !ledger.has(name));
  for (const submission of left)
    if (!isRunnable(submission)) await ledger.keep(submission, { grades: ungraded(submission) });
  const runnable = left.filter(isRunnable);
  if (runnable.length === 0) return;
  const grading = await Grading.open(runnable, options, live);
  try {
    await inTurn(runnable, options.jobs, async (submission) => {
      ledger.begin(submission);
      await ledger.keep(submission, await grading.grade(submission));
    });
  } finally {
    await grading.close();
  }
}
