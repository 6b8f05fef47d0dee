import { KernelSession, KernelStartError } from '../kernel';
import { type CodeCell, exerciseName, type FilledNotebook, hasTag, isExecutable, type Notebook, TAGS } from '../ipynb';
import { type Judge } from '../judge';
import { type JupyterServer } from '../server';
import { attemptFailures, attemptResult, type AttemptRun, tryAnswers } from './attempts';
import { kernelName, noteLanguage, notRun, serverPath, withoutOutputs } from './before';
import { judgeChecks } from './checks';
import { type CellLimits, type CellRun, executeCell } from './execute-cell';
import { awaitedByNone, causeOf, lateException, SETTLE_SOURCE } from './late';
import { judgedAt, judgeOutside, type Outside } from './outside';
import { type CellResult, type Failure, type NotebookResult } from './types';

export interface RunOptions {
  server: JupyterServer;
  limits: CellLimits;
  /** How long the kernel may take to answer first, default 60,000. */
  startTimeoutMs?: number;
  /** The file whose folder is the kernel's working directory, default the notebook's path. */
  home?: string;
  /** Judges answers outside of the notebook's kernel. */
  judge?: Judge | undefined;
  /** Ends the run; the cell at work fails as `interrupted`. */
  signal: AbortSignal;
  /** Called after each cell. */
  onCell?: (cell: CellResult, total: number, failure?: Failure) => void;
}

/**
 * Runs one notebook, filled for one mode, in a kernel of its own. Never throws for what a notebook, a kernel or a server
 * does wrong: that is in the result.
 *
 * @param file the notebook's path, for the report
 * @example
 * ```ts no-run
 * const own = await server.startServer({ environment: server.readEnvironment(), rootDir: process.cwd() });
 * const [filled] = ipynb.fillAnswers(await ipynb.readNotebook('a.ipynb'), 'solutions');
 * const limits = { timeoutMs: 600_000, outputBytes: 20e6, kernelBytes: 4e9 };
 * const result = await run.runNotebook('a.ipynb', filled, { server: own, limits, signal: new AbortController().signal });
 * console.log(result.status, result.failures);
 * await own.stop();
 * ```
 */
export async function runNotebook(file: string, filled: FilledNotebook, options: RunOptions): Promise<NotebookResult> {
  const startedAt = performance.now();
  const run = new Run(file, filled, options);
  try {
    await run.execute();
  } catch (error) {
    if (!(error instanceof KernelStartError)) throw error;
    run.failures.push({ kind: 'kernel-start', message: error.message });
  }
  return run.result(performance.now() - startedAt);
}

/** Whether the kernel is one of tslab's, which alone understand what waits for late exceptions. */
const isOurs = ({ languageInfo }: KernelSession): boolean => /^(type|java)script$/i.test(languageInfo.name);

class Run {
  readonly failures: Failure[] = [];
  /** Cells whose output showed a late exception that is among the failures. */
  private readonly shown = new Set<number>();
  private readonly cells: CellResult[];
  private readonly executed: Notebook;
  /** Checks of answers that were tried before the one that stayed, and what their cells printed. */
  private readonly tried: AttemptRun[] = [];
  /** By exercise: what was judged outside of the kernel. */
  private readonly outside = new Map<string, Outside>();
  private peakKernelBytes: number | null = null;

  constructor(
    private readonly file: string,
    private readonly filled: FilledNotebook,
    private readonly options: RunOptions,
  ) {
    this.executed = { ...filled.notebook, cells: filled.notebook.cells.map(withoutOutputs) };
    this.cells = this.executed.cells.map(notRun);
  }

  async execute(): Promise<void> {
    if (!this.executed.cells.some(isExecutable)) {
      this.failures.push({ kind: 'nothing-ran', message: 'expected at least one code cell to run, found none' });
      return;
    }
    const { server, startTimeoutMs: timeoutMs, home = this.file } = this.options;
    const kernel = { server, kernelName: kernelName(this.executed), path: serverPath(server, home) };
    const session = await KernelSession.open(timeoutMs === undefined ? kernel : { ...kernel, timeoutMs });
    try {
      if ((await this.runCells(session)) && isOurs(session)) await this.settle(session);
      this.sweep();
      noteLanguage(this.executed, session.languageInfo);
    } finally {
      await session.close();
    }
  }

  result(durationMs: number): NotebookResult {
    const { filled } = this;
    const checks = [...this.tried.map(({ check }) => check), ...judgeChecks(this.executed, filled)];
    for (const { ok, problem, exercise, title: heading, attempt, cell } of checks) {
      if (ok) continue;
      const name = exerciseName(exercise, heading);
      const message = `exercise ${name}${attempt === undefined ? '' : `, ${attempt}`}: ${problem}`;
      this.failures.push({ kind: 'check', message, ...(cell === undefined ? {} : { cell }) });
    }
    return {
      path: this.file,
      mode: filled.mode,
      ...(filled.variant === undefined ? {} : { variant: filled.variant }),
      status: this.failures.length === 0 ? 'passed' : 'failed',
      failures: this.failures,
      cells: this.cells,
      checks,
      outside: this.outside,
      durationMs,
      peakKernelBytes: this.peakKernelBytes,
      executed: this.executed,
    };
  }

  /** Runs the cells in order until one makes going on pointless; says whether the kernel is still there. */
  private async runCells(session: KernelSession): Promise<boolean> {
    for (const [index, cell] of this.executed.cells.entries()) {
      if (!isExecutable(cell)) continue;
      if (!(await this.tryAnswers(session, index))) return false;
      const run = await executeCell(session, cell, this.options.limits, this.options.signal);
      cell.outputs = run.outputs.outputs;
      cell.execution_count = run.executionCount;
      this.record(index, run, this.noteMemory(session));
      const passedOver = this.filled.goesOnAfterErrors === true && run.failure?.kind === 'cell-error';
      if (!run.goesOn && !passedOver) return false;
      if (!(await this.judgeOutside(session, index))) return false;
    }
    return true;
  }

  /** Has the answer of a check cell judged outside, where it can be; says whether the kernel can go on. */
  private async judgeOutside(session: KernelSession, index: number): Promise<boolean> {
    const { judge, limits, signal } = this.options;
    const exercise = judgedAt(this.executed.cells[index], judge);
    if (exercise === undefined || judge === undefined) return true;
    const found = await judgeOutside(exercise, index, judge, (cell) => executeCell(session, cell, limits, signal));
    this.outside.set(exercise, found);
    if (found.failure) this.failures.push({ ...found.failure, cell: index });
    return found.failure === undefined;
  }

  /** Tries what `all` mode asks for at an answer cell; says whether the kernel can go on. */
  private tryAnswers(session: KernelSession, at: number): Promise<boolean> {
    const { limits, signal, onCell } = this.options;
    const { cells } = this.executed;
    const attempts = this.filled.attempts?.get(at) ?? [];
    const execute = (cell: CodeCell): Promise<CellRun> => executeCell(session, cell, limits, signal);
    return tryAnswers(cells, at, attempts, execute, (tried) => {
      this.tried.push(tried);
      onCell?.({ ...attemptResult(tried, at), kernelBytes: this.noteMemory(session) }, cells.length);
    });
  }

  private noteMemory(session: KernelSession): number | null {
    const bytes = session.memoryBytes();
    if (bytes !== null) this.peakKernelBytes = Math.max(this.peakKernelBytes ?? 0, bytes);
    return bytes;
  }

  private record(index: number, run: CellRun, kernelBytes: number | null): void {
    const failure = run.failure && this.blame(run.failure, index);
    if (failure) this.failures.push(failure);
    const cell = this.cells[index];
    Object.assign(cell, { status: 'passed', durationMs: run.durationMs, kernelBytes });
    if (failure?.cell !== undefined) this.cells[failure.cell].status = 'failed';
    this.options.onCell?.(cell, this.cells.length, failure);
  }

  /** Waits for what the notebook left running; an exception there belongs to the last cell that ran. */
  private async settle(session: KernelSession): Promise<void> {
    const index = this.cells.reduce((last, cell) => (cell.status === 'skipped' ? last : cell.index), 0);
    const last = this.executed.cells[index] as CodeCell;
    const run = await executeCell(
      session,
      { ...last, source: SETTLE_SOURCE, metadata: {} },
      this.options.limits,
      this.options.signal,
    );
    last.outputs.push(...run.outputs.outputs);
    if (!run.failure) return;
    const failure = this.blame({ ...run.failure, message: `after the last cell: ${run.failure.message}` }, index);
    this.cells[failure.cell ?? index].status = 'failed';
    this.failures.push(failure);
  }

  /** Finds late exceptions that showed in a cell's output after its reply and before the next cell. */
  private sweep(): void {
    for (const failure of this.tried.flatMap(attemptFailures)) {
      if (failure.cell !== undefined) this.cells[failure.cell].status = 'failed';
      this.failures.push(failure);
    }
    for (const [index, cell] of this.executed.cells.entries()) {
      if (cell.cell_type !== 'code' || this.shown.has(index)) continue;
      const stderr = cell.outputs
        .map((output) => ('name' in output && output.name === 'stderr' ? output.text : ''))
        .join('');
      const late = lateException(stderr);
      const expected = hasTag(cell, TAGS.raisesException) && stderr.trimStart().startsWith(late ?? '');
      if (late === undefined || expected) continue;
      const failure = this.blame({ kind: 'late-exception', message: awaitedByNone(late), stderr }, index);
      this.cells[failure.cell ?? index].status = 'failed';
      this.failures.push(failure);
    }
  }

  /** The failure with the cell it belongs to: where it showed, or for a late exception the cell that caused it. */
  private blame(failure: Omit<Failure, 'cell'>, shownBy: number): Failure {
    if (failure.kind === 'late-exception') this.shown.add(shownBy);
    const cause =
      failure.kind === 'late-exception' ? causeOf(failure.stderr ?? '', this.executed.cells, shownBy) : shownBy;
    const { source } = this.executed.cells[cause];
    return {
      ...failure,
      cell: cause,
      source,
      message: cause === shownBy ? failure.message : `${failure.message} (shown by cell ${shownBy + 1})`,
    };
  }
}
