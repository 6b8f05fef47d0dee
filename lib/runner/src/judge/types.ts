import { type CheckRecord } from '../ipynb';
import { type Wire } from './wire';

/** What a judge outside of the learner's kernel says of one answer. */
export type Verdict = Pick<CheckRecord, 'status' | 'message' | 'kind' | 'topic'> & {
  /** Share of the points, 0 to 1. */
  share: number;
  reason?: string;
};

/**
 * What the module exports that a notebook names in `metadata.scalable_inference.judge`. It is loaded by a process of its
 * own that no learner's code enters, and holds the teacher's copy of the exercises.
 */
export interface JudgeModule {
  /**
   * The exercises of a notebook that are judged there: id to the expression that gives, in the learner's kernel below
   * the check cell, what was handed over (`ex.A1.taken()`).
   *
   * @param notebook its file name without `.ipynb`
   */
  judged(notebook: string): Readonly<Record<string, string>>;
  /**
   * Judges an answer, made anew from plain data. Functions in it are asynchronous: they ask the learner's kernel with the
   * judge's arguments and give plain data back.
   */
  judge(notebook: string, exercise: string, answer: unknown): Promise<Verdict>;
  /** Makes a tensor; without it answers with tensors are refused. */
  tensor?(values: readonly number[], shape: readonly number[], dtype: string): unknown;
}

/** Calls a function of the learner's kernel by its number. */
export type Call = (found: number, args: readonly Wire[]) => Promise<Wire>;

/** The judge of a class, for one notebook. */
export interface Judge {
  /** Id to expression, as {@link JudgeModule.judged} gives it. */
  readonly judged: ReadonlyMap<string, string>;
  /** Judges an answer; rejects where the judge itself fails. */
  judge(exercise: string, answer: Wire, call: Call): Promise<Verdict>;
  close(): void;
}
