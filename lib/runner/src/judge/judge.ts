import {
  answerCells,
  type AnswerMetadata,
  type CheckRecord,
  type CodeCell,
  isExecutable,
  type Notebook,
  RECORDED_KINDS,
} from '../ipynb';
import { KernelSession } from '../kernel';
import { type CellLimits, type CellRun, executeCell, judgeCheck, kernelName } from '../run';
import { type JupyterServer } from '../server';
import { callCell, type Given, judgeCell, saidIn, takeCell } from './cells';
import { writtenChoice } from './literal';
import { type Plain, readPlain } from './plain';

/** What came of an answer that was judged outside of the kernel that made it. */
export type Verdict =
  | { kind: 'judged'; record: CheckRecord }
  /** The answer could not be taken out, or not be judged; the message says why. */
  | { kind: 'refused'; message: string };

/** Runs a cell in the kernel of a submission. */
export type Ask = (source: string) => Promise<CellRun>;

export interface JudgeOptions {
  server: JupyterServer;
  limits: CellLimits;
  signal: AbortSignal;
  /** Path of the notebook below the server's root. */
  path: string;
}

/** A check asks a function for so many lists of arguments at most, one after the other. */
const MOST_CALLS = 200;

/**
 * Judges answers to one notebook's exercises in a kernel in which only the teacher's own cells run, from the first up to
 * the one that declares `ex`. Of a submission nothing reaches it but plain data.
 */
export class Judge {
  /** By exercise: arguments that its check has asked a function for. */
  private readonly asked = new Map<string, Plain[]>();
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private session: KernelSession,
    private readonly notebook: Notebook,
    private readonly options: JudgeOptions,
  ) {}

  /** @returns why there is none, where the notebook's first cells do not run */
  static async open(notebook: Notebook, options: JudgeOptions): Promise<Judge | string> {
    const judge = new Judge(await openSession(notebook, options), notebook, options);
    const problem = await judge.setUp();
    if (problem === undefined) return judge;
    await judge.session.close();
    return problem;
  }

  /**
   * Takes an answer out of the kernel that made it and judges it here.
   *
   * @param source of the answer cell
   * @returns undefined where nothing was answered
   */
  async judge(answer: AnswerMetadata, source: string, ask: Ask): Promise<Verdict | undefined> {
    const { exercise } = answer;
    if (answer.kind === 'choice') {
      const written = writtenChoice(source, exercise);
      if (written === undefined)
        return refused(`hand a choice over as written words and nothing else: ex.${exercise}.answer('word');`);
      return this.judgeValue(answer, written, ask);
    }
    const taken = readSaid(await ask(takeCell(exercise)));
    if ('problem' in taken) return refused(`the answer is ${taken.problem}`);
    const { value } = taken;
    if (Array.isArray(value) && value[0] === 'u') return undefined;
    if (Array.isArray(value) && value[0] === 'e') return refused(`the answer cannot be taken out: ${String(value[1])}`);
    return this.judgeValue(answer, value, ask);
  }

  async close(): Promise<void> {
    await this.turn.catch(() => undefined);
    await this.session.close();
  }

  /** Judges again and again while the check asks a function for arguments that are new. */
  private async judgeValue(answer: AnswerMetadata, value: Plain, ask: Ask): Promise<Verdict> {
    const { exercise } = answer;
    const given = new Map<string, Given>();
    let calls = Array.isArray(value) && value[0] === 'f' ? (this.asked.get(exercise) ?? []) : [];
    for (;;) {
      if (calls.length > 0) {
        const problem = await giveAll(exercise, calls, given, ask);
        if (problem !== undefined) return refused(problem);
      }
      const run = await this.inTurn(() => this.executeSafely(cellOf(judgeCell(exercise, value, given))));
      if (run.failure) return refused(`its check failed outside: ${run.failure.message}`);
      const said = JSON.parse(saidIn(run.outputs.streamText('stdout')) ?? '[]') as Plain[];
      const strange = said.find((call) => Array.isArray(call) && call[0] === 'e');
      if (strange !== undefined) return refused('its check calls the answer with what is not plain data');
      if (said.length === 0) {
        const { record } = judgeCheck({ ...cellOf(''), outputs: run.outputs.outputs }, 0, { exercise });
        this.asked.set(
          exercise,
          [...given.keys()].map((key) => JSON.parse(key) as Plain),
        );
        return record ? { kind: 'judged', record } : refused('its check said nothing outside');
      }
      calls = said;
      if (given.size >= MOST_CALLS) return refused('its check calls the answer with new arguments each time');
    }
  }

  private async setUp(): Promise<string | undefined> {
    for (const cell of setUpCells(this.notebook)) {
      const { failure } = await this.execute(cell);
      if (failure) return failure.message;
    }
    return undefined;
  }

  /** Runs a cell; a value that ends the kernel or never ends costs nobody else anything. */
  private async executeSafely(cell: CodeCell): Promise<CellRun> {
    const run = await this.execute(cell);
    if (run.failure === undefined || run.failure.kind === 'cell-error') return run;
    await this.session.close();
    if (!this.options.signal.aborted) {
      this.session = await openSession(this.notebook, this.options);
      await this.setUp();
    }
    return run;
  }

  private execute(cell: CodeCell): Promise<CellRun> {
    return executeCell(this.session, cell, this.options.limits, this.options.signal);
  }

  /** Submissions are graded side by side; the judge's kernel runs one cell at a time. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.turn.then(work, work);
    this.turn = next.catch(() => undefined);
    return next;
  }
}

const openSession = (notebook: Notebook, { server, path }: JudgeOptions): Promise<KernelSession> =>
  KernelSession.open({ server, kernelName: kernelName(notebook), path });

/** Asks a submission's kernel for what its answer gives; why it did not tell, where it did not. */
async function giveAll(
  exercise: string,
  calls: readonly Plain[],
  given: Map<string, Given>,
  ask: Ask,
): Promise<string | undefined> {
  const said = saidIn((await ask(callCell(exercise, calls))).outputs.streamText('stdout'));
  let list: unknown;
  try {
    list = JSON.parse(said ?? '');
  } catch {
    return 'the answer gave nothing that can be judged';
  }
  if (!Array.isArray(list) || list.length !== calls.length) return 'the answer gave nothing that can be judged';
  for (const [at, item] of (list as unknown[]).entries()) {
    const { later, gives } = (item ?? {}) as Partial<Given>;
    const read = readPlain(JSON.stringify(gives ?? null));
    if ('problem' in read) return `the answer gave what is ${read.problem}`;
    given.set(JSON.stringify(calls[at]), { later: later === true, gives: read.value });
  }
  return undefined;
}

const refused = (message: string): Verdict => ({ kind: 'refused', message });

function readSaid({ outputs, failure }: CellRun): { value: Plain } | { problem: string } {
  if (failure) return { problem: `not to be had: ${failure.message}` };
  const said = saidIn(outputs.streamText('stdout'));
  return said === undefined ? { problem: 'not to be had: its kernel did not tell it' } : readPlain(said);
}

const cellOf = (source: string): CodeCell => ({
  cell_type: 'code',
  source,
  metadata: {},
  outputs: [],
  execution_count: null,
});

/** Index of the cell that declares `ex`, among those above the first answer; undefined where there is none. */
export function declaringCell({ cells }: Notebook, first = cells.length): number | undefined {
  const found = cells.findIndex((cell) => isExecutable(cell) && /^\s*(?:const|let|var)\s+ex\b/m.test(cell.source));
  return found < 0 || found > first ? undefined : found;
}

/** The cells up to the one that declares the exercises, or to the first answer. */
function setUpCells(notebook: Notebook): CodeCell[] {
  const first = answerCells(notebook)[0]?.index ?? 0;
  const declares = declaringCell(notebook, first);
  return notebook.cells.slice(0, declares === undefined ? first : declares + 1).filter(isExecutable);
}

/** Exercises that have an answer to be judged: a guess or a text has none. */
export const isJudged = ({ kind = 'code' }: AnswerMetadata): boolean => !RECORDED_KINDS.includes(kind);
