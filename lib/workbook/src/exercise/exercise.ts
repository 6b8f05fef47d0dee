import { CHECK_MIME, type CheckRecord } from 'tslab-runner/ipynb';
import { escapeHtml, formatNumber, show } from '../display';
import { thrown } from './cases';
import { judge, predictionShare, referenceOf, type Judgement } from './judge';
import { checkHtml, checkText } from './page';
import type { Definition } from './types';
import { validate } from './validate';

/** Who hears of records: the workbook that the exercise belongs to. */
export type RecordListener = (record: CheckRecord) => Promise<void>;

/** An answer as it was handed over, and what its last check found. */
interface State {
  handed: unknown;
  /** The value behind a handed-over function, once a check has called it. */
  value: unknown;
  judgement: Judgement | undefined;
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
  private state: State = { handed: undefined, value: undefined, judgement: undefined };
  private reference: { context: C | undefined; value: Promise<T> } | undefined;
  private listener: RecordListener | undefined;

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

  /** Sends the records of this exercise to a workbook. */
  listen(listener: RecordListener): void {
    this.listener = listener;
  }

  /**
   * Hands an answer over: a value, or a function that makes it at the check (so that its exceptions are shown there).
   * For exercises of form `function` the function itself is the answer. `undefined` takes an answer back.
   */
  answer(value: unknown): void {
    this.state = { handed: value, value: undefined, judgement: undefined };
  }

  /** Judges the answer and shows at once what came of it. Never throws. */
  async check(context?: C): Promise<void> {
    const judgement = await this.judgeNow(context as C);
    this.state.judgement = judgement;
    await this.publish(judgement, share(this.points, judgement.share));
  }

  /**
   * Compares a prediction with what was measured, and shows how close it was. Without a prediction it says so; it never
   * throws and never blocks.
   */
  async score(actual: number | string): Promise<void> {
    const { definition } = this;
    const before = await this.judgeNow(undefined as C);
    if (definition.kind !== 'prediction' || before.status !== 'recorded') return this.publish(before, 0);
    const guess = this.state.value;
    const part = predictionShare(definition, guess, actual);
    const unit = definition.unit === undefined ? '' : ` ${definition.unit}`;
    const text = (value: unknown): string =>
      typeof value === 'number' ? `${formatNumber(value)}${unit}` : String(value);
    const message = `Predicted ${text(guess)}, measured ${text(actual)}${ratioText(guess, actual)}.`;
    const judgement: Judgement = { status: 'recorded', share: part, message };
    this.state.judgement = judgement;
    await this.publish(judgement, share(this.points, part));
  }

  /** Gives a written answer its points, by whoever read it against the rubric. */
  async grade(points: number): Promise<void> {
    const judgement = await this.judgeNow(undefined as C);
    if (judgement.status !== 'recorded') return this.publish(judgement, 0);
    if (!(points >= 0 && points <= this.points)) {
      const message = `Expected 0 to ${this.points} points, got ${String(points)}; nothing was changed.`;
      return this.publish({ ...judgement, message }, 0);
    }
    const graded = {
      ...judgement,
      share: points / this.points,
      message: `Read and given ${points} of ${this.points} points.`,
    };
    this.state.judgement = graded;
    await this.publish(graded, points);
  }

  /**
   * The value for later cells: the learner's once it has passed, else the reference. Says below the cell which.
   * @throws whatever the reference answer throws
   */
  async use(context?: C): Promise<T> {
    const whose = this.passed ? 'your answer' : `the reference answer (yours ${this.whyNot()})`;
    const line = `${this.id}: this cell works with ${whose}.`;
    show({ 'text/plain': line, 'text/html': `<div style="color:#555555">${escapeHtml(line)}</div>` });
    if (this.passed) return this.state.value as T;
    if (this.reference === undefined || this.reference.context !== context) {
      const value = referenceOf<T, C>(this.definition, context as C) as Promise<T>;
      this.reference = { context, value };
    }
    return this.reference.value;
  }

  private whyNot(): string {
    const status = this.state.judgement?.status;
    if (this.state.handed === undefined || status === 'unanswered') return 'is not given yet';
    return status === undefined ? 'has not been checked' : 'has not passed yet';
  }

  private async judgeNow(context: C): Promise<Judgement> {
    const { handed } = this.state;
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

  private async publish(judgement: Judgement, earned: number): Promise<void> {
    const { id, title, topic, kind, optional = false } = this.definition;
    const reason = judgement.diagnosis?.reason;
    const record: CheckRecord = {
      version: 1,
      exercise: id,
      title,
      topic,
      kind,
      status: judgement.status,
      points: this.points,
      ...(optional ? { optional } : {}),
      earned,
      ...(reason === undefined ? {} : { reason }),
      message: judgement.message,
    };
    const definition = this.definition as Definition;
    show({
      'text/plain': checkText(definition, judgement, record),
      'text/html': checkHtml(definition, judgement, record, this.state.value),
      [CHECK_MIME]: record,
    });
    await this.listener?.(record);
  }
}

function ratioText(guess: unknown, actual: unknown): string {
  if (typeof guess !== 'number' || typeof actual !== 'number' || guess <= 0 || actual <= 0) return '';
  const ratio = guess / actual;
  if (Math.abs(ratio - 1) < 0.005) return ': a hit';
  return `: ${formatNumber(Math.max(ratio, 1 / ratio), 3)} times too ${ratio > 1 ? 'high' : 'low'}`;
}
