import { culprit, type Grade, gradeNothing, gradeResult, type Prepared } from '../grade';
import { answerCells, exerciseOf } from '../ipynb';
import { type Judge, judgeModule, openJudge } from '../judge';
import { type NotebookResult, notStarted, runTask, type Task } from '../run';
import { type JupyterServer } from '../server';
import { type Arguments } from './arguments';
import { commonFolder } from './folders';
import { openServer, type ServerOptions } from './server';
import { type Original, type Submission } from './submissions';

/** How often a kernel is started before a submission goes ungraded. */
const MAXIMUM_STARTS = 3;

/** What a long command works with besides its options. */
export interface Live {
  signal: AbortSignal;
  print: (line: string) => void;
}

/** A submission's grades and, where it ran, its last run. */
export interface Graded {
  grades: Grade[];
  result?: NotebookResult;
}

/** A submission that has something to run. */
export type Runnable = Submission & { prepared: Prepared };

/** What grading takes of the command line's options. */
export type GradingOptions = ServerOptions & Pick<Arguments, 'timeoutMs' | 'outputBytes' | 'memoryBytes'>;

/** Whether a submission can be run at all. */
export const isRunnable = (submission: Submission): submission is Runnable =>
  submission.prepared !== undefined && submission.prepared.exercises.length > 0;

/** The grades of a submission that cannot be run: no points, for one reason. */
export function ungraded({ name, original, problem = 'the notebook has no exercises' }: Submission): Grade[] {
  const listed = original ? answerCells(original.notebook).map(({ answer }) => answer) : [];
  return gradeNothing(name, listed, problem);
}

/** What grades submissions: a server for their kernels, and the judges of their originals. */
export class Grading {
  private constructor(
    private readonly options: GradingOptions,
    private readonly live: Live,
    private readonly judges: ReadonlyMap<Original, Judge>,
    private readonly server: JupyterServer,
  ) {}

  /** @param submissions those to grade */
  static async open(submissions: readonly Runnable[], options: GradingOptions, live: Live): Promise<Grading> {
    const judges = await openJudges(submissions, options, live);
    try {
      const tasks = submissions.map((each) => taskOf(each, each.prepared, judgeOf(judges, each)));
      const rootDir = commonFolder(tasks.map(({ path, home }) => home ?? path));
      return new Grading(options, live, judges, await openServer(options, rootDir, tasks, live));
    } catch (error) {
      for (const judge of judges.values()) judge.close();
      throw error;
    }
  }

  /**
   * Runs a submission; an answer that ends the kernel or never ends costs itself alone: the rest runs again without it.
   */
  async grade(submission: Runnable): Promise<Graded> {
    const { timeoutMs, outputBytes, memoryBytes, jobs } = this.options;
    const { signal } = this.live;
    const limits = { timeoutMs, outputBytes, kernelBytes: memoryBytes / jobs };
    const judge = judgeOf(this.judges, submission);
    let startsLeft = MAXIMUM_STARTS;
    for (let current = submission.prepared; ;) {
      const task = taskOf(submission, current, judge);
      const result = signal.aborted ? notStarted(task) : await runTask(task, { server: this.server, limits, signal });
      // No answer has run yet: a busy machine must cost nobody a point.
      if (result.failures.some(({ kind }) => kind === 'kernel-start') && (startsLeft -= 1) > 0) continue;
      const found = culprit(current, result);
      if (found === undefined || current.dropped.has(found[0]))
        return { grades: gradeResult(submission.name, current, result, judge?.judged), result };
      current = current.without(new Map([...current.dropped, found]));
    }
  }

  async close(): Promise<void> {
    for (const judge of this.judges.values()) judge.close();
    await this.server.stop();
  }
}

const judgeOf = (judges: ReadonlyMap<Original, Judge>, { original }: Submission): Judge | undefined =>
  original && judges.get(original);

/** The judges of the notebooks that name one, and a line on what each of them judges outside of the learners' kernels. */
async function openJudges(
  submissions: readonly Runnable[],
  { timeoutMs }: GradingOptions,
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
