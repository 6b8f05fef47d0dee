import { newDisplay, type DisplayHandle } from '../display';
import type { Handed } from './answering';
import { Exercise } from './exercise';
import type { Keeper } from './kept';
import { learnerName } from './learner';
import { panelBundle } from './panel';
import { progressFile, Store } from './store';
import { readStubs, type Stubs } from './stubs';
import type {
  ChoiceDefinition,
  CodeDefinition,
  Definition,
  NumberDefinition,
  PredictionDefinition,
  TextDefinition,
} from './types';

/** What exercises of every type share. */
export interface AnyExercise {
  readonly id: string;
  readonly points: number;
  readonly passed: boolean;
  join(keeper: Keeper): void;
}

/** Exercises by id. */
export type ExerciseSet = Readonly<Record<string, AnyExercise>>;

/** Declares an exercise; a slip in the declaration throws, naming the exercise and what was expected. */
export function exercise<T, C = undefined>(definition: CodeDefinition<T, C>): Exercise<T, C, Handed<T>>;
export function exercise<C = undefined>(definition: NumberDefinition<C>): Exercise<number, C, Handed<number>>;
export function exercise<K extends string>(
  definition: ChoiceDefinition<K>,
): Exercise<string | readonly string[], undefined, K | readonly K[]>;
export function exercise<K extends string = never>(
  definition: PredictionDefinition<K>,
): Exercise<undefined, undefined, [K] extends [never] ? number : K>;
export function exercise(definition: TextDefinition): Exercise<undefined, undefined, string>;
export function exercise<T, C>(definition: Definition<T, C>): Exercise<T, C> {
  return new Exercise<T, C>(definition);
}

/** The exercises of one notebook, with their common progress. */
export class Workbook {
  private readonly exercises = new Map<string, Exercise<unknown, never>>();
  private store: Store | undefined;
  private shown: DisplayHandle | undefined;
  private stubs: Stubs | undefined;
  private readonly keeper: Keeper = {
    recall: (id) => this.progress().get(id)?.kept ?? {},
    keep: async (record, kept) => {
      await this.progress().put(record, kept);
      if (this.shown) this.draw();
    },
    learner: () => learnerName(progressFile(this.name)),
    stub: (id) => {
      this.stubs ??= readStubs(this.name);
      return this.stubs[id];
    },
  };

  /** @param name of the notebook, without `.ipynb`: `architecture` */
  constructor(readonly name: string) {
    if (!/^[\w-]+$/.test(name))
      throw new Error(`workbook: expected a name of letters, digits, - and _, got ${JSON.stringify(name)}.`);
  }

  /** Adds an exercise; one of the same id is replaced, so that a declaring cell can be run again. */
  add<T, C>(added: Exercise<T, C>): Exercise<T, C> {
    this.exercises.set(added.id, added as unknown as Exercise<unknown, never>);
    added.join(this.keeper);
    return added;
  }

  /** Every exercise, in the order of the workbook. */
  list(): Exercise<unknown, never>[] {
    return [...this.exercises.values()];
  }

  /** Shows the progress panel below this cell; every later check updates it there. */
  panel(): void {
    this.shown = newDisplay();
    this.draw();
  }

  /** Read at first use: declaring exercises must touch no file. */
  private progress(): Store {
    this.store ??= new Store(progressFile(this.name));
    return this.store;
  }

  private draw(): void {
    const store = this.progress();
    const items = this.list().map((item) => ({
      id: item.id,
      title: item.definition.title,
      topic: item.definition.topic,
      optional: item.definition.optional === true,
      points: item.points,
      entry: store.get(item.id),
    }));
    this.shown?.show(panelBundle(this.name, items));
  }
}

/**
 * A notebook's exercises under their ids, beside the workbook's own functions: `ex.A1.check()`, `ex.panel()`.
 * @throws Error when a key is not its exercise's id, or hides a function of the workbook
 */
export function workbook<E extends ExerciseSet>(name: string, exercises: E): Workbook & E {
  const book = new Workbook(name);
  for (const [key, item] of Object.entries(exercises)) {
    if (key !== item.id)
      throw new Error(`workbook ${name}: exercise ${item.id} stands under the name ${key}; use its id.`);
    if (key in book)
      throw new Error(`workbook ${name}: '${key}' cannot be an exercise's id, the workbook itself uses it.`);
    if (!(item instanceof Exercise))
      throw new Error(`workbook ${name}: '${key}' is no exercise; make it with exercise({...}).`);
    book.add(item);
  }
  return Object.assign(book, exercises);
}
