import type { CheckRecord } from 'tslab-runner/ipynb';

/** What is remembered of an exercise besides its last record, so that a new kernel does not begin anew. */
export interface Kept {
  /** A prediction's guess, locked by the measurement. */
  readonly guess?: number | string;
  /** What was measured when the guess was locked, or without a guess. */
  readonly measured?: number | string;
  /** Wrong choices that were tried, each as its sorted keys. */
  readonly tried?: readonly string[];
  /** Share of the points with which a choice was passed first. */
  readonly won?: number;
  /** A written answer, and the lines of the rubric that its writer ticked, from 1. */
  readonly text?: string;
  readonly ticks?: readonly number[];
}

/** Who keeps what an exercise finds: the workbook that it belongs to. */
export interface Keeper {
  recall(id: string): Kept;
  keep(record: CheckRecord, kept: Kept): Promise<void>;
  /** A stable name of this learner, by which options are shuffled. */
  learner(): string;
  /** Fingerprint of the exercise's stub, where the workbook has one stored. */
  stub(id: string): string | undefined;
}

/** For an exercise that belongs to no workbook: nothing outlives it. */
export const ALONE: Keeper = {
  recall: () => ({}),
  keep: async () => undefined,
  learner: () => '',
  stub: () => undefined,
};

/** True where a value can have been kept. */
export function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { guess, measured, tried, won, text, ticks } = value as Record<string, unknown>;
  const plain = [guess, measured].every((each) => ['undefined', 'number', 'string'].includes(typeof each));
  const lists =
    (tried === undefined || (Array.isArray(tried) && tried.every((each) => typeof each === 'string'))) &&
    (ticks === undefined || (Array.isArray(ticks) && ticks.every((each) => Number.isInteger(each))));
  const share = won === undefined || (typeof won === 'number' && won >= 0 && won <= 1);
  return plain && lists && share && (text === undefined || typeof text === 'string');
}
