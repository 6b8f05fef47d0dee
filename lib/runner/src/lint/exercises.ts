import {
  type AnswerMetadata,
  answerProblem,
  type Cell,
  exerciseOf,
  hasTag,
  holdsAnswers,
  isReleased,
  PLACEHOLDER_LIKE,
  METADATA_KEY,
  type Notebook,
  TAGS,
} from '../ipynb';
import { type CellFinding } from './types';

/** Exercises that are not whole: no check below the answer, no solution to open, or a solution that differs. */
export function lintExercises(notebook: Notebook): CellFinding[] {
  const { cells } = notebook;
  if (isReleased(notebook)) return cells.flatMap(releasedCell);
  const found = cells.flatMap(placeholder);
  const seen = new Set<string>();
  cells.forEach((cell, index) => {
    if (hasTag(cell, TAGS.answer)) found.push(...answer(cell, index, cells, seen));
    else if (hasTag(cell, TAGS.check) || hasTag(cell, TAGS.solution)) found.push(...reference(cell, index, cells));
  });
  return found;
}

function placeholder(cell: Cell, index: number): CellFinding[] {
  const [text] = PLACEHOLDER_LIKE.exec(cell.source) ?? [];
  if (text === undefined || cell.cell_type !== 'markdown') return [];
  const message = `"${text}" still stands in for an exercise: "npm run exercise -- sync" writes the exercise, or says why not`;
  return [{ cell: index, rule: 'placeholder', message }];
}

function releasedCell(cell: Cell, index: number): CellFinding[] {
  if (!holdsAnswers(cell)) return [];
  return [{ cell: index, rule: 'solution', message: 'a released copy must hold no solution and no wrong answer' }];
}

function answer(cell: Cell, index: number, cells: readonly Cell[], seen: Set<string>): CellFinding[] {
  if (cell.cell_type !== 'code')
    return [{ cell: index, rule: 'answer', message: 'an answer cell must be a code cell' }];
  const problem = answerProblem(cell);
  if (problem !== undefined)
    return [{ cell: index, rule: /solution$/.test(problem) ? 'solution' : 'answer', message: problem }];
  const { exercise, kind, solution } = cell.metadata[METADATA_KEY] as unknown as AnswerMetadata;
  const found: CellFinding[] = [];
  if (seen.has(exercise))
    found.push({ cell: index, rule: 'answer', message: `exercise ${exercise} has two answer cells` });
  seen.add(exercise);
  if (
    !cells
      .slice(index + 1)
      .some((later) => later.cell_type === 'code' && hasTag(later, TAGS.check) && exerciseOf(later) === exercise)
  ) {
    found.push({ cell: index, rule: 'check', message: `exercise ${exercise} has no check cell below its answer` });
  }
  if (kind === 'prediction') return [...found, ...noSolutionCell(exercise, cells)];
  return [...found, ...solutionCell(exercise, solution, index, cells)];
}

/** Nobody can tell beforehand what a measurement will give: a printed number would only spoil the guess. */
function noSolutionCell(exercise: string, cells: readonly Cell[]): CellFinding[] {
  const index = cells.findIndex((cell) => hasTag(cell, TAGS.solution) && exerciseOf(cell) === exercise);
  if (index < 0) return [];
  return [{ cell: index, rule: 'solution', message: `exercise ${exercise} is a prediction and must show no solution` }];
}

function solutionCell(exercise: string, solution: string, answerIndex: number, cells: readonly Cell[]): CellFinding[] {
  const index = cells.findIndex((cell) => hasTag(cell, TAGS.solution) && exerciseOf(cell) === exercise);
  const cell = cells[index];
  if (!cell) return [{ cell: answerIndex, rule: 'solution', message: `exercise ${exercise} has no solution cell` }];
  if (cell.cell_type !== 'markdown') {
    return [
      { cell: index, rule: 'solution', message: 'a solution cell must be a markdown cell: "run all" would execute it' },
    ];
  }
  const fences = [...cell.source.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map((match) => match[1]);
  if (fences.length === 1 && fences[0] === solution.trimEnd()) return [];
  return [
    {
      cell: index,
      rule: 'solution',
      message: `the solution cell of ${exercise} must hold one \`\`\`ts fence: the solution in the answer cell's metadata`,
    },
  ];
}

function reference(cell: Cell, index: number, cells: readonly Cell[]): CellFinding[] {
  const exercise = exerciseOf(cell);
  if (exercise !== undefined && cells.some((other) => hasTag(other, TAGS.answer) && exerciseOf(other) === exercise))
    return [];
  const found = exercise ?? 'nothing';
  const message = `expected metadata.${METADATA_KEY}.exercise with the id of an answer cell, found ${found}`;
  return [{ cell: index, rule: 'check', message }];
}
