import { CHECK_MIME, type CheckRecord } from 'tslab-runner/ipynb';
import { escapeHtml, show } from '../display';
import { thrown } from './cases';
import { fingerprint } from './fingerprint';
import { judge, judgeLocked, lock, referenceOf, unanswered, withTicks, withTries, type Judgement } from './judge';
import { ALONE, type Keeper, type Kept } from './kept';
import { optionsBundle } from './options';
import { checkHtml, checkText } from './page';
import type { Definition } from './types';
import { validate } from './validate';

/** An answer as it was handed over, and what its last check found. */
interface State {
  handed: unknown;
  /** The value behind a handed-over function, once a check has called it. */
  value: unknown;
  judgement: Judgement | undefined;
  /** Lines of a text's rubric that the learner ticked; undefined while `tick` was not called. */
  ticks: readonly unknown[] | undefined;
}

function share(points: number, part: number): number {
  return Math.round(points * Math.min(Math.max(part, 0), 1) * 100) / 100;
}

/**
 * One exercise in a running notebook. Its answer cell calls `answer`, its check cell `check`, later cells `use`.
 * Nothing depends on a variable of the answer cell, so one that failed or never ran leaves the rest working.
 */
export class Exercise<T = unknown, C = undefined, A = unknown> {
  /** Only a type: what a right answer hands over, by which `Answering` checks the sources of answers. */
  declare readonly handed?: A;
  readonly points: number;
  private state: State = { handed: undefined, value: undefined, judgement: undefined, ticks: undefined };
  private reference: { context: C | undefined; value: Promise<T> } | undefined;
  private keeper = ALONE;
  /** Read at first use: declaring exercises must touch no file. */
  private memory: Kept | undefined;

  constructor(readonly definition: Definition<T, C>) {
    validate(definition as Definition);
    this.points = definition.points ?? 1;
  }

  get id(): string {
    return this.definition.id;
  }

  /** Whether the answer that was handed over last has passed its check. */
  get passed(): boolean {
    return this.state.judgement?.status === 'passed';
  }

  /** Puts the exercise into a workbook, which keeps what its checks find. */
  join(keeper: Keeper): void {
    this.keeper = keeper;
    this.memory = undefined;
  }

  /** Shows the options of a choice, in an order of this learner's own. */
  options(): void {
    const { definition } = this;
    if (definition.kind === 'choice') show(optionsBundle(definition, this.keeper.learner()));
  }

  /**
   * Hands an answer over: a value, or a function that makes it at the check (so that its exceptions are shown there).
   * For exercises of form `function` the function itself is the answer. `undefined` takes an answer back.
   */
  answer(value: unknown): void {
    this.state = { handed: value, value: undefined, judgement: undefined, ticks: undefined };
  }

  /** Ticks the lines of the rubric, from 1, that the written answer meets: `ex.A5.tick(1, 3)` below it. */
  tick(...lines: readonly number[]): void {
    this.state.ticks = lines;
  }

  /** Judges the answer and shows at once what came of it. Never throws. */
  async check(context?: C): Promise<void> {
    const found = this.remembering(await this.judgeNow(context as C));
    this.state.judgement = found.judgement;
    await this.publish(found.judgement, found.kept);
  }

  /**
   * Compares a prediction with what was measured, and locks it: a guess handed over before has earned its points, a
   * later one earns none. Without a prediction it says so; it never throws and never blocks.
   */
  async score(actual: number | string): Promise<void> {
    const { definition } = this;
    const before = await this.judgeNow(undefined as C);
    if (definition.kind !== 'prediction') return this.publish(before, this.kept);
    const kept = lock(before, this.state.value, this.kept, actual);
    const judgement = judgeLocked(definition, before, kept.guess, kept);
    this.state.judgement = judgement;
    await this.publish(judgement, kept);
  }

  /**
   * The value for later cells: the learner's once it has passed, else the reference. Says below the cell which.
   * @throws whatever the reference answer throws
   */
  async use(context?: C): Promise<T> {
    const { id, title } = this.definition;
    const line = this.passed
      ? `Using your ${id} (${title}).`
      : `${id} (${title}) ${this.whyNot()}: using the model solution.`;
    show({ 'text/plain': line, 'text/html': `<div style="opacity:0.75">${escapeHtml(line)}</div>` });
    if (this.passed) return this.state.value as T;
    if (this.reference === undefined || this.reference.context !== context) {
      const value = referenceOf<T, C>(this.definition, context as C) as Promise<T>;
      this.reference = { context, value };
    }
    return this.reference.value;
  }

  /**
   * What was handed over, for a judge outside of this kernel: the value that the last check saw, undefined where the
   * answer cell is as it was.
   */
  taken(): unknown {
    const stub = this.keeper.stub(this.id);
    return stub !== undefined && fingerprint(this.state.handed) === stub ? undefined : this.state.value;
  }

  private get kept(): Kept {
    this.memory ??= this.keeper.recall(this.id);
    return this.memory;
  }

  private whyNot(): string {
    const status = this.state.judgement?.status;
    if (this.state.handed === undefined || status === 'unanswered') return 'is not answered yet';
    return status === undefined ? 'has not been checked yet' : 'has not passed its check yet';
  }

  /** Joins what a check found with what was kept before: the lock of a guess, tries of a choice, ticks of a text. */
  private remembering(judgement: Judgement): { judgement: Judgement; kept: Kept } {
    const { definition, kept, points } = this;
    const { value, ticks } = this.state;
    if (definition.kind === 'choice') return withTries(judgement, value, kept, points);
    if (definition.kind === 'text') return withTicks(definition, judgement, value, ticks, kept);
    if (definition.kind === 'prediction') return { judgement: judgeLocked(definition, judgement, value, kept), kept };
    return { judgement, kept };
  }

  private async judgeNow(context: C): Promise<Judgement> {
    const { handed } = this.state;
    const stub = this.keeper.stub(this.id);
    if (stub !== undefined && fingerprint(handed) === stub) return unanswered;
    const isFunctionForm = this.definition.kind === 'code' && this.definition.form === 'function';
    try {
      this.state.value =
        typeof handed === 'function' && !isFunctionForm ? await (handed as () => unknown)() : await handed;
    } catch (error) {
      const diagnosis = thrown(error);
      return { status: 'not-yet', share: 0, message: diagnosis.message, diagnosis };
    }
    return judge(this.definition, this.state.value, context);
  }

  private async publish(judgement: Judgement, kept: Kept): Promise<void> {
    const definition = this.definition as Definition;
    const { id, title, topic, kind, optional = false } = definition;
    const reason = judgement.diagnosis?.reason;
    const { text, ticks } = kept;
    const isText = definition.kind === 'text' && judgement.status === 'recorded' && text !== undefined;
    const record: CheckRecord = {
      version: 1,
      exercise: id,
      title,
      topic,
      kind,
      status: judgement.status,
      points: this.points,
      earned: share(this.points, judgement.share),
      ...(optional ? { optional } : {}),
      ...(reason === undefined ? {} : { reason }),
      message: judgement.message,
      ...(isText ? { written: { text, rubric: [...definition.rubric], ticks: [...(ticks ?? [])] } } : {}),
    };
    this.memory = kept;
    show({
      'text/plain': checkText(definition, judgement, record),
      'text/html': checkHtml(definition, judgement, record, this.keeper.learner),
      [CHECK_MIME]: record,
    });
    await this.keeper.keep(record, kept);
  }
}
