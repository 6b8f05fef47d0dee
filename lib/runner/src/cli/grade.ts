import { culprit, gradeNothing, gradeResult, type Prepared } from '../grade';
import { answerCells, exerciseOf } from '../ipynb';
import { type Judge, judgeModule, openJudge } from '../judge';
import { inTurn, notStarted, runTask, type Task } from '../run';
import { type JupyterServer } from '../server';
import { type Arguments } from './arguments';
import { commonFolder } from './folders';
import { type Graded, Ledger } from './ledger';
import { Reports } from './reports';
import { openServer } from './server';
import { type Original, readSubmissions, type Submission } from './submissions';

/** How often a kernel is started before a submission goes ungraded. */
const MAXIMUM_STARTS = 3;

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
  const judges = await openJudges(submissions, options, live);
  const judgeOf = ({ original }: Submission): Judge | undefined => original && judges.get(original);
  const tasks = runnable.map(({ submission, prepared }) => taskOf(submission, prepared, judgeOf(submission)));
  const server = await openServer(options, commonFolder(tasks.map(({ path, home }) => home ?? path)), tasks, live);
  try {
    await inTurn(runnable, options.jobs, async ({ submission, prepared }) => {
      ledger.begin(submission);
      await ledger.keep(
        submission,
        await gradeOne(submission, prepared, { server, options, signal: live.signal, judge: judgeOf(submission) }),
      );
    });
  } finally {
    for (const judge of judges.values()) judge.close();
    await server.stop();
  }
}

/** The judges of the notebooks that name one, and a line on what each of them judges outside of the learners' kernels. */
async function openJudges(
  submissions: readonly Submission[],
  { timeoutMs }: Arguments,
  { print }: Live,
): Promise<Map<Original, Judge>> {
  const judges = new Map<Original, Judge>();
  for (const original of new Set(submissions.flatMap(({ original: own }) => own ?? []))) {
    const module = judgeModule(original.notebook);
    if (module === undefined) continue;
    const judge = await openJudge(module, original.path, timeoutMs);
    judges.set(original, judge);
    const all = answerCells(original.notebook).map(({ answer }) => answer.exercise);
    const inside = all.filter((id) => !judge.judged.has(id));
    const rest = inside.length === 0 ? '' : `; in the learner's own: ${inside.join(', ')}`;
    print(
      `${original.path}: ${all.length - inside.length} of ${all.length} exercises are judged outside of the learner's kernel${rest}.`,
    );
  }
  return judges;
}

function taskOf({ path: file, original }: Submission, { grafted, attempts: all }: Prepared, judge?: Judge): Task {
  const { notebook } = grafted;
  // What is judged outside need not be tried again.
  const isInside = (at: number): boolean => !judge?.judged.has(exerciseOf(notebook.cells[at]) ?? '');
  const attempts = new Map([...all].filter(([at]) => isInside(at)));
  // A graded answer runs where its notebook lives, so that imports and data are found.
  const home = original?.path ?? file;
  return {
    path: file,
    home,
    judge,
    filled: { notebook, mode: 'as-is', expected: new Map(), attempts, goesOnAfterErrors: true },
  };
}

/** Runs a submission; an answer that ends the kernel or never ends costs itself alone: the rest runs again without it. */
async function gradeOne(
  submission: Submission,
  prepared: Prepared,
  {
    server,
    options,
    signal,
    judge,
  }: { server: JupyterServer; options: Arguments; signal: AbortSignal; judge: Judge | undefined },
): Promise<Graded> {
  const { timeoutMs, outputBytes, memoryBytes, jobs } = options;
  const limits = { timeoutMs, outputBytes, kernelBytes: memoryBytes / jobs };
  let startsLeft = MAXIMUM_STARTS;
  for (let current = prepared; ;) {
    const task = taskOf(submission, current, judge);
    const result = signal.aborted ? notStarted(task) : await runTask(task, { server, limits, signal });
    // No answer has run yet: a busy machine must cost nobody a point.
    if (result.failures.some(({ kind }) => kind === 'kernel-start') && (startsLeft -= 1) > 0) continue;
    const found = culprit(current, result);
    if (found === undefined || current.dropped.has(found[0]))
      return { grades: gradeResult(submission.name, current, result, judge?.judged), result };
    current = current.without(new Map([...current.dropped, found]));
  }
}
