import { culprit, gradeNothing, gradeResult, type Prepared } from '../grade';
import { answerCells } from '../ipynb';
import { inTurn, notStarted, runTask, type Task } from '../run';
import { type JupyterServer } from '../server';
import { type Arguments } from './arguments';
import { commonFolder } from './folders';
import { type Graded, Ledger } from './ledger';
import { Reports } from './reports';
import { openServer } from './server';
import { readSubmissions, type Submission } from './submissions';

/** What a long command works with besides its options. */
interface Live {
  signal: AbortSignal;
  print: (line: string) => void;
}

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
  const { folder, csv } = options.grade as { folder: string; csv?: string };
  const submissions = await readSubmissions(folder, options.files, options.parameters);
  const reports = new Reports(options, folder);
  const ledger = await Ledger.open({ submissions, reports, print, ...(csv === undefined ? {} : { csv }) });
  await gradeAll(submissions, options, { signal, print }, ledger);
  const untouched = await ledger.close();
  const unwritten = await reports.finish(ledger.results);
  for (const problem of unwritten) print(problem);
  return unwritten.length === 0 && untouched;
}

async function gradeAll(
  submissions: readonly Submission[],
  options: Arguments,
  live: Live,
  ledger: Ledger,
): Promise<void> {
  const runnable: { submission: Submission; prepared: Prepared }[] = [];
  for (const submission of submissions) {
    const { prepared, name, original, problem = 'the notebook has no exercises' } = submission;
    if (prepared && prepared.exercises.length > 0) runnable.push({ submission, prepared });
    else {
      const listed = original ? answerCells(original.notebook).map(({ answer }) => answer) : [];
      await ledger.keep(submission, { grades: gradeNothing(name, listed, problem) });
    }
  }
  if (runnable.length === 0) return;
  const tasks = runnable.map(({ submission, prepared }) => taskOf(submission, prepared));
  const server = await openServer(options, commonFolder(tasks.map(({ path, home }) => home ?? path)), tasks, live);
  try {
    await inTurn(runnable, options.jobs, async ({ submission, prepared }) => {
      ledger.begin(submission);
      await ledger.keep(submission, await gradeOne(submission, prepared, { server, options, signal: live.signal }));
    });
  } finally {
    await server.stop();
  }
}

function taskOf({ path: file, original }: Submission, { grafted, attempts }: Prepared): Task {
  const { notebook } = grafted;
  // A graded answer runs where its notebook lives, so that imports and data are found.
  const home = original?.path ?? file;
  return {
    path: file,
    home,
    filled: { notebook, mode: 'as-is', expected: new Map(), attempts, goesOnAfterErrors: true },
  };
}

/** Runs a submission; an answer that ends the kernel or never ends costs itself alone: the rest runs again without it. */
async function gradeOne(
  submission: Submission,
  prepared: Prepared,
  { server, options, signal }: { server: JupyterServer; options: Arguments; signal: AbortSignal },
): Promise<Graded> {
  const { timeoutMs, outputBytes, memoryBytes, jobs } = options;
  const limits = { timeoutMs, outputBytes, kernelBytes: memoryBytes / jobs };
  for (let current = prepared; ;) {
    const task = taskOf(submission, current);
    const result = signal.aborted ? notStarted(task) : await runTask(task, { server, limits, signal });
    const found = culprit(current, result);
    if (found === undefined || current.dropped.has(found[0]))
      return { grades: gradeResult(submission.name, current, result), result };
    current = current.without(new Map([...current.dropped, found]));
  }
}
