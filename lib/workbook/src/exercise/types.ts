import type { WrongAnswer } from 'tslab-runner/ipynb';
import type { Diagnosis, Tolerance } from './compare';

export type { WrongAnswer } from 'tslab-runner/ipynb';

/** What a check is told besides the answer. */
export interface CheckHelp<T, C> {
  /** Makes the reference answer (again at every call). */
  readonly reference: () => Promise<T>;
  /** What the notebook handed over: `await ex.A2.check({ times: times })`. */
  readonly context: C;
}

/** A mistake that learners make, recognised to tell them more than "wrong". */
export interface Mistake {
  readonly reason: string;
  readonly message: string;
}

interface Common {
  /** Letters, digits, `-`, `_`; unique in its workbook: `A1`. */
  readonly id: string;
  /** What is done, in the imperative and in plain text: `Write the stopwatch`. Stands in headings and reports. */
  readonly title: string;
  /** Part of the workbook that the progress panel sums up: `counting`. */
  readonly topic: string;
  /** The question: paragraphs, `code`, **bold**, *emphasis*. */
  readonly prompt: string;
  /** @default 1 */
  readonly points?: number;
  /** For the reader who has finished: marked in its heading, its points are counted apart. @default false */
  readonly optional?: boolean;
  /** Shown one by one, from a nudge to nearly the answer; at least one. */
  readonly hints: readonly string[];
}

/** The sources of an exercise's answer cell: what `sync` stores in a notebook, and no notebook needs to run. */
export interface Answers {
  /** The right answer: `ex.A1.answer(...)`; for a prediction any guess. */
  readonly solution: string;
  /** Whether `solution` is a prediction's guess, which no page shows. */
  readonly guess?: boolean;
  /** Answers that pass their check, and the variable of a later cell that each must change. */
  readonly variants?: readonly { readonly source: string; readonly changes: string }[];
  /** Wrong answers, at least two, and the reason id that the check must give for each. */
  readonly wrong: readonly WrongAnswer[];
  /** The cell before anybody answered. @default a call that hands over `undefined` */
  readonly stub?: string;
}

/** A value or a function, judged by the exercise's own check. */
export interface CodeDefinition<T, C = undefined> extends Common {
  readonly kind: 'code';
  /**
   * `value`: a function handed to `answer` is called at the check and its result judged. `function`: the function
   * itself is the answer. @default 'value'
   */
  readonly form?: 'value' | 'function';
  /** Why no later cell works with the answer. Without it, one must call `use`. */
  readonly notUsed?: string;
  /** Makes the reference answer. */
  readonly reference: (context: C) => T | Promise<T>;
  /** Gives undefined for a right answer, else why not. Use `compare` and `onCases`. */
  readonly check: (answer: unknown, help: CheckHelp<T, C>) => Diagnosis | undefined | Promise<Diagnosis | undefined>;
}

/** A number with a tolerance. Without `mistakes`, reasons are `not a number`, `unit`, `too small`, `too large`. */
export interface NumberDefinition<C = undefined> extends Common {
  readonly kind: 'number';
  readonly unit?: string;
  readonly tolerance: Tolerance;
  readonly reference: number | ((context: C) => number | Promise<number>);
  /** Known wrong numbers, compared with the same tolerance. */
  readonly mistakes?: readonly (Mistake & { readonly value: number | ((context: C) => number) })[];
}

/**
 * One of several answers, or several of them. Keys are words, which stand before the options on the page and in the
 * answer: letters would tell places, and options stand in another order for each learner.
 */
export interface ChoiceDefinition<K extends string = string> extends Common {
  readonly kind: 'choice';
  /** Text by key: `{ cache: 'It fits into the cache.', thread: 'It uses one thread.' }`. */
  readonly choices: Readonly<Record<K, string>>;
  /** The right key, or all right keys in any order. */
  readonly reference: NoInfer<K> | readonly NoInfer<K>[];
  /** Why an option is right or wrong, by its key; shown once the exercise is passed, not before. */
  readonly because?: Readonly<Partial<Record<NoInfer<K>, string>>>;
}

/** A guess before a measurement, never blocking: any guess earns its points, and the measurement locks it. */
export interface PredictionDefinition<K extends string = string> extends Common {
  readonly kind: 'prediction';
  readonly unit?: string;
  /** Guesses outside are refused as a slip of the unit. @default any finite number */
  readonly range?: readonly [number, number];
  /** Keys to choose from, instead of a number. */
  readonly choices?: Readonly<Record<K, string>>;
}

/** A written answer with a rubric for the reader. The key terms found suggest points; nobody is judged by them. */
export interface TextDefinition extends Common {
  readonly kind: 'text';
  /** What a good answer says, a line each. */
  readonly rubric: readonly string[];
  /** Words that speak of each line of the rubric; any one of them counts. */
  readonly keyTerms: readonly (readonly string[])[];
  /** Shorter answers are sent back. @default 12 */
  readonly minWords?: number;
}

export type Definition<T = unknown, C = never> =
  CodeDefinition<T, C> | NumberDefinition<C> | ChoiceDefinition | PredictionDefinition | TextDefinition;
