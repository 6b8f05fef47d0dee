/** Points for one exercise of one submission. */
export interface Grade {
  /** Path of the submission below the graded folder. */
  submission: string;
  exercise: string;
  /** What is done in it; empty where the notebook does not tell. */
  title: string;
  topic: string;
  /**
   * What the check said last; `no record` when it never spoke, `tampered` when it then let a wrong answer pass as well.
   */
  status: 'passed' | 'not-yet' | 'unanswered' | 'recorded' | 'no record' | 'tampered';
  points: number;
  /** Whether its points are counted apart. */
  optional: boolean;
  earned: number;
  /** Why not all points. */
  reason: string;
  /** Of a text: what was written. */
  text?: string;
  /** Of a text: its rubric, a line each, those ticked that its writer ticked. */
  rubric?: string;
  /** Points that a reader gave, read back from an earlier table. */
  mark?: number;
}
