/**
 * What a notebook shows and asks: outputs, tables, charts, progress bars, exercises. The only importer of the notebook
 * kernel's package; outside a kernel everything still works and prints plain text.
 *
 * **Charts** are made from plain rows: `await charts.scatter(rows, { title, caption, x, y }).show()` (Vega-Lite) and
 * `await plotly.surface({...}).show()`. One output holds the specification and a still picture.
 *
 * **Exercises** are declared once, in `course/<notebook>/`, as compiled and checked code:
 * ```js
 * const A1 = exercise({ id: 'A1', kind: 'number', topic: 'counting', title, prompt, hints, reference, mistakes, ... });
 * export const architecture = workbook('architecture', { A1 });
 * ```
 * `reference` makes the value for later cells. What the answer cell may hold, its stub, solution and wrong answers, is
 * code between marks in `course/<notebook>/answers/<id>.ts` (see `answersIn`): compiled against the exercise's type by
 * `lib/workbook/tsconfig.answers.json`, cut out by `sync`, needed by no notebook and in no package. The notebook's
 * set-up cell binds them, always under the name `ex`, and shows the progress panel:
 * ```ts
 * const ex = notebook.exercises.architecture;
 * ex.panel();
 * ```
 * An exercise is a few cells, written from both by `npm run exercise -- sync FILE.ipynb`, which replaces a
 * markdown cell `{{exercise A1}}` by them the first time: the question (markdown, tag `question`), of a choice the
 * options (`ex.A1.options();`, in another order for each learner), the answer (`ex.A1.answer(...)`, tag `answer`, its
 * metadata store solution and wrong answers for the runner), the check (`await ex.A1.check();`, tag `check`) and, but
 * for predictions, the collapsed solution (markdown, tag `solution`). `sync --check` fails when a notebook and its
 * declarations differ, so there is one copy to maintain. Answers are handed over by calling `answer`, never read from a
 * variable: a kernel forgets the variables of a cell that failed. Later cells write `const macs = await ex.A1.use();`
 * and get the learner's answer once it passed, else the reference. A prediction earns its points for being made, and
 * is locked by `await ex.A3.score(measuredMs);` after the measurement. Below a text its writer ticks the rubric's lines
 * that it meets: `ex.A4.tick(1, 3);`.
 */
export * as display from './display';
export * as exercises from './course';
export * as study from './study';
export * from './exercise';
export {
  answersIn,
  exerciseCell,
  stubOf,
  syncNotebook,
  withAnswers,
  type Declared,
  type SyncResult,
} from './exercise/sync';
export {
  charts,
  computing,
  encodePng,
  formatDuration,
  formatNumber,
  heatOver,
  pictures,
  picturesBundle,
  plotly,
  progress,
  startProgress,
  table,
  Table,
  toCsv,
  withJobProgress,
  withProgress,
  type Column,
  type ComputingOptions,
  type Heat,
  type JobProgress,
  type Picture,
  type PicturesOptions,
  type ProgressHandle,
  type ProgressOptions,
  type TableOptions,
  type TableRow,
} from './display';
