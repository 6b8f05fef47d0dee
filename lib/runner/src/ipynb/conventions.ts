/**
 * What a notebook of this workbook promises to the runner, the checks and the lint. All three read these names from
 * here; nothing else may spell them.
 *
 * - The cell tagged `parameters` holds plain `let name = value;` lines; `-p name=value` adds a cell right after it.
 * - An exercise is an **answer cell** (code, tag `answer`) and, somewhere below it, a **check cell** (code, tag
 *   `check`). Both carry `metadata.scalable_inference.exercise`, the exercise's id. The answer cell's
 *   `metadata.scalable_inference` is an {@link AnswerMetadata}: the reference answer and the wrong ones as source text,
 *   in this one place.
 * - A choice has a code cell tagged `options` above its answer, which shows the options in the learner's own order.
 * - A prediction has no reference answer to show, and no solution cell; its `solution` is some guess.
 * - The learner's copy of the reference answer is a **markdown cell** tagged `solution` with the same `exercise` id,
 *   collapsed (`metadata.jupyter.source_hidden: true` or inside `<details>`). It is markdown because Jupyter's
 *   "run all" would execute a code cell and overwrite the learner's answer. It holds exactly one ```` ```ts ````
 *   fence whose text is `solution` (the lint compares).
 * - A check cell sends one display message whose bundle has {@link CHECK_MIME} with a {@link CheckRecord}. It never
 *   throws.
 *
 * `--answers solutions` replaces each answer cell's source by `solution`; every check must then be `passed` (or
 * `recorded` for kinds that only record). `--answers wrong` runs the notebook once for each index k: answer cells with
 * a k-th wrong answer get it, the others get `solution`; a check whose exercise was answered wrongly must say `not-yet`
 * with a `reason` that contains the stored `reason`. `--answers all` asks for the same in one run: at each answer cell
 * it tries the cell as it is (its check must say `unanswered` or `not-yet`), each wrong answer, then `solution`, and goes on.
 *
 * While it is written, a **markdown cell** that holds only `{{exercise ID}}` stands for all cells of an exercise.
 *
 * A notebook whose `metadata.scalable_inference.released` is true is a class's copy ({@link releaseNotebook}): its answer
 * cells hold neither solutions nor wrong answers, and it has no solution cells. It is graded by its original.
 */

/** Key of this project's data in a cell's metadata. */
export const METADATA_KEY = 'scalable_inference';

/** What stands for an exercise's cells until they are written; its one group is the id. */
export const PLACEHOLDER = /^\s*\{\{\s*exercise\s+([\w-]+)\s*\}\}\s*$/;

/** Whatever looks like it was meant as a {@link PLACEHOLDER}, wherever it stands. */
export const PLACEHOLDER_LIKE = /\{\{\s*exercise\b[^}\n]*\}{0,2}/i;

/** MIME type of the record a check emits. */
export const CHECK_MIME = 'application/vnd.scalable-inference.check+json';

/** Cell tags (`metadata.tags`) with a meaning. */
export const TAGS = Object.freeze({
  parameters: 'parameters',
  injectedParameters: 'injected-parameters',
  question: 'question',
  options: 'options',
  answer: 'answer',
  check: 'check',
  solution: 'solution',
  raisesException: 'raises-exception',
  skipExecution: 'skip-execution',
});

/** Kinds of exercise. `prediction` and `text` are recorded, not judged. */
export const EXERCISE_KINDS = ['code', 'number', 'choice', 'prediction', 'text'] as const;
export type ExerciseKind = (typeof EXERCISE_KINDS)[number];

/** Kinds whose check may say `recorded` in `solutions` mode and which need no wrong answers. */
export const RECORDED_KINDS: readonly ExerciseKind[] = ['prediction', 'text'];

/** How the runner fills answer cells. */
export const ANSWER_MODES = ['as-is', 'solutions', 'wrong', 'all'] as const;
export type AnswerMode = (typeof ANSWER_MODES)[number];

/** An answer that must not pass. */
export interface WrongAnswer {
  /** Source that replaces the answer cell's. */
  source: string;
  /** Id of the reason, contained in {@link CheckRecord.reason} when the check meets this answer, e.g. `shape`. */
  reason: string;
}

/** `metadata.scalable_inference` of an answer cell. */
export interface AnswerMetadata {
  /** Id of the exercise, unique in its notebook: letters, digits, `-`, `_`. */
  exercise: string;
  /** What is done, in plain text, for reports. */
  title?: string;
  /** Kind, default `code`. */
  kind?: ExerciseKind;
  /** Points, default 1: what `--grade` counts when the check never spoke. */
  points?: number;
  /** Counted apart from the other exercises' points, default false. */
  optional?: boolean;
  /** Source of the reference answer. */
  solution: string;
  /** At least two, except for {@link RECORDED_KINDS}, where it may be empty. */
  wrong: WrongAnswer[];
}

/** `metadata.scalable_inference` of a check cell and of a solution cell. */
export interface ExerciseReference {
  exercise: string;
}

export const CHECK_STATUSES = ['passed', 'not-yet', 'unanswered', 'recorded'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** What a check emits under {@link CHECK_MIME}. */
export interface CheckRecord {
  version: 1;
  /** Id of the exercise. */
  exercise: string;
  /** What is done, in plain text. */
  title?: string;
  status: CheckStatus;
  /** Points the exercise is worth. */
  points: number;
  /** Whether the points are counted apart. */
  optional?: boolean;
  /** Points earned, 0 to `points`. */
  earned: number;
  /** Id of why it is `not-yet`: stable, for machines. */
  reason?: string;
  /** One line for people. */
  message: string;
  /** Of a text that was noted: the text, its rubric, and the lines that its writer ticked, from 1. */
  written?: { text: string; rubric: string[]; ticks: number[] };
  kind: ExerciseKind;
  topic: string;
}

/** Environment variable of the learner's progress files; the runner sets it to `off`: its answers must not count. */
export const PROGRESS_VARIABLE = 'SCALABLE_INFERENCE_PROGRESS';
