import { randomUUID } from 'node:crypto';

import { type AnswerMetadata, answerCells, type Attempt, exerciseOf, fillAnswers, type Notebook } from '../ipynb';
import { declaringCell, isJudged, Judge, type JudgeOptions, openCell, sealCell, type Verdict } from '../judge';
import { runTask, type Second, serverPath, type Task } from '../run';
import { OWN, type Prepared, prepareSubmission, WRONG } from './grade';

/**
 * The judge of one notebook with what it was tried on: the teacher's own solutions and wrong answers, handed in like
 * anybody's. An exercise is judged apart where its solution then gets all points and its wrong answer none.
 */
export class Bench {
  /** By exercise: why it is judged where the submission runs, in the same kernel as its answer. */
  readonly inPlace = new Map<string, string>();
  private readonly answers: ReadonlyMap<string, AnswerMetadata>;

  private constructor(
    notebook: Notebook,
    private readonly judge: Judge | undefined,
  ) {
    const judged = answerCells(notebook).filter(({ answer }) => isJudged(answer));
    this.answers = new Map(judged.map(({ answer }) => [answer.exercise, answer]));
  }

  /**
   * Runs the notebook once, as a submission with all solutions.
   *
   * @param file of the notebook
   */
  static async open(file: string, notebook: Notebook, options: Omit<JudgeOptions, 'path'>): Promise<Bench> {
    const judge =
      declaringCell(notebook) === undefined
        ? 'no cell of the notebook declares ex'
        : await Judge.open(notebook, { ...options, path: serverPath(options.server, file) });
    if (typeof judge === 'string') {
      const bench = new Bench(notebook, undefined);
      for (const exercise of bench.answers.keys()) bench.inPlace.set(exercise, `there is no judge: ${judge}`);
      return bench;
    }
    const bench = new Bench(notebook, judge);
    await bench.tryOut(file, notebook, options);
    return bench;
  }

  /** How many exercises are judged apart, and which are not and why: a line each. */
  get summary(): string[] {
    const { answers, inPlace } = this;
    const apart = answers.size - inPlace.size;
    return [
      `${apart} of ${answers.size} exercises are judged apart, by their answers' values, where no code of a submission runs.`,
      ...[...inPlace].map(([exercise, why]) => `  ${exercise} is judged where the submission runs: ${why}`),
    ];
  }

  /**
   * What a run of a submission needs so that its answers are judged here, into `verdicts`: what is right is hidden from
   * its kernel until each answer was taken.
   */
  runOptions(
    { grafted, attempts }: Prepared,
    verdicts: Map<string, Verdict>,
  ): { second: Second; extra: ReadonlyMap<number, string> } {
    const { judge } = this;
    const tried = [...attempts.keys()].map((index) => exerciseOf(grafted.notebook.cells[index]) ?? '');
    const judged = tried.filter((exercise) => this.answers.has(exercise) && !this.inPlace.has(exercise));
    const secrets = new Map(judge ? judged.map((exercise) => [exercise, randomUUID()]) : []);
    const at = declaringCell(grafted.notebook, Math.min(...attempts.keys()));
    const second: Second = async (attempt, exercise, ask) => {
      const answer = this.answers.get(exercise);
      const secret = secrets.get(exercise);
      if (!judge || !answer || secret === undefined || attempt.name !== OWN) return;
      const verdict = await judge.judge(answer, attempt.source, ask);
      if (verdict) verdicts.set(exercise, verdict);
      else verdicts.set(exercise, { kind: 'refused', message: 'nothing was handed over' });
      if (at !== undefined) await ask(openCell(exercise, secret));
    };
    return { second, extra: at === undefined ? new Map() : new Map([[at, sealCell(secrets)]]) };
  }

  async close(): Promise<void> {
    await this.judge?.close();
  }

  private async tryOut(file: string, notebook: Notebook, options: Omit<JudgeOptions, 'path'>): Promise<void> {
    const [solved] = fillAnswers(notebook, 'solutions');
    const { grafted, attempts } = prepareSubmission(solved.notebook, notebook);
    const filled = { ...solved, notebook: grafted.notebook, attempts, goesOnAfterErrors: true };
    const found = new Map<string, Verdict>();
    const second: Second = async (attempt, exercise, ask) => {
      const answer = this.answers.get(exercise);
      const verdict = answer && (await this.judge?.judge(answer, attempt.source, ask));
      if (verdict) found.set(key(exercise, attempt), verdict);
    };
    const task: Task = { path: file, home: file, filled };
    await runTask(task, { ...options, second });
    for (const exercise of this.answers.keys()) {
      const why = reasonAgainst(found.get(`${exercise} ${OWN}`), found.get(`${exercise} ${WRONG}`));
      if (why !== undefined) this.inPlace.set(exercise, why);
    }
  }
}

const key = (exercise: string, { name }: Attempt): string => `${exercise} ${name}`;

function reasonAgainst(own: Verdict | undefined, wrong: Verdict | undefined): string | undefined {
  if (own === undefined) return 'its solution was not reached';
  if (own.kind === 'refused') return own.message;
  if (own.record.earned < own.record.points) return `its solution does not pass outside: ${own.record.message}`;
  return wrong?.kind === 'judged' && wrong.record.earned > 0 ? 'its wrong answer passes outside' : undefined;
}
