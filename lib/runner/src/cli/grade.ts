import { writeFileAtomic } from '../files';
import { culprit, type Grade, gradeNothing, gradeResult, gradesCsv, gradesText, type Prepared } from '../grade';
import { answerCells } from '../ipynb';
import { inTurn, type NotebookResult, notStarted, runTask, type Task } from '../run';
import { type JupyterServer } from '../server';
import { type Arguments } from './arguments';
import { commonFolder } from './folders';
import { writeReports } from './reports';
import { openServer } from './server';
import { readSubmissions, type Submission } from './submissions';

/** What a long command works with besides its options. */
interface Live {
  signal: AbortSignal;
  print: (line: string) => void;
}

/** A submission's grades and, where it ran, its last run. */
interface Graded {
  grades: Grade[];
  result?: NotebookResult;
}

/**
 * Grades every notebook below a folder, each in a kernel of its own. A submission with the file name of one of the
 * command line's notebooks (or of `notebooks/`) is graded as that notebook with the learner's answers. The table is
 * written anew after each submission, so that what was graded is never lost. True unless a report could not be written: a
 * learner's missing points are no failure of the run.
 */
export async function gradeFolder(
  options: Arguments,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const startedAt = new Date();
  const { folder, csv } = options.grade as { folder: string; csv?: string };
  const submissions = await readSubmissions(folder, options.files, options.parameters);
  const graded = new Map<Submission, Graded>();
  const inOrder = (): Graded[] => submissions.flatMap((submission) => graded.get(submission) ?? []);
  let writing = Promise.resolve();
  const keep = (submission: Submission, each: Graded): Promise<void> => {
    graded.set(submission, each);
    print(`${graded.size} of ${submissions.length}  ${gradesText(each.grades)}`);
    // One table after the other: jobs end at the same time.
    const table = gradesCsv(inOrder().flatMap(({ grades }) => grades));
    return (writing = writing.then(() => (csv === undefined ? undefined : writeFileAtomic(csv, table))));
  };
  await gradeAll(submissions, options, { signal, print }, keep);
  const results = inOrder().flatMap(({ result }) => result ?? []);
  const unwritten = await writeReports(results, options, folder, startedAt);
  for (const problem of unwritten) print(problem);
  return unwritten.length === 0;
}

async function gradeAll(
  submissions: readonly Submission[],
  options: Arguments,
  live: Live,
  keep: (submission: Submission, graded: Graded) => Promise<void>,
): Promise<void> {
  const runnable: { submission: Submission; prepared: Prepared }[] = [];
  for (const submission of submissions) {
    const { prepared, name, original, problem = 'the notebook has no exercises' } = submission;
    if (prepared && prepared.exercises.length > 0) runnable.push({ submission, prepared });
    else {
      const listed = original ? answerCells(original.notebook).map(({ answer }) => answer) : [];
      await keep(submission, { grades: gradeNothing(name, listed, problem) });
    }
  }
  if (runnable.length === 0) return;
  const tasks = runnable.map(({ submission, prepared }) => taskOf(submission, prepared));
  const server = await openServer(options, commonFolder(tasks.map(({ path, home }) => home ?? path)), tasks, live);
  try {
    await inTurn(runnable, options.jobs, async ({ submission, prepared }) =>
      keep(submission, await gradeOne(submission, prepared, { server, options, signal: live.signal })),
    );
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
