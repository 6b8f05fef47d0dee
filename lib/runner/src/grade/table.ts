import { csvFormatRow } from 'd3-dsv';
import { exerciseName } from '../ipynb';
import { plainText } from '../report';
import { type Grade } from './types';

/** The table's columns. `mark` is for the reader of a text to fill in. */
export const COLUMNS = [
  'submission',
  'exercise',
  'title',
  'topic',
  'status',
  'earned',
  'points',
  'optional',
  'reason',
  'text',
  'rubric',
  'mark',
] as const;

/** Grades as CSV (RFC 4180), one line an exercise. What a spreadsheet would take for a formula gets an apostrophe. */
export function gradesCsv(grades: readonly Grade[]): string {
  const lines = [[...COLUMNS], ...grades.map((grade) => COLUMNS.map((column) => harmless(grade[column] ?? '')))];
  return lines.map((line) => `${csvFormatRow(line)}\r\n`).join('');
}

/** What a spreadsheet takes for a formula; a lone minus stands for "none". */
const FORMULA = /^(?!-$)[=+\-@\t\r]/;

function harmless(value: string | number | boolean): string {
  const text = plainText(String(value));
  return typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
}

/** The text behind what {@link gradesCsv} wrote. */
export function withoutApostrophe(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}
/** Grades for a terminal: a block a submission with its sum. */
export function gradesText(grades: readonly Grade[]): string {
  const submissions = [...new Set(grades.map(({ submission }) => submission))];
  return submissions
    .map((name) =>
      submissionText(
        name,
        grades.filter(({ submission }) => submission === name),
      ),
    )
    .map(plainText)
    .join('\n');
}

function sumText(grades: readonly Grade[]): string {
  const sum = (key: 'earned' | 'points'): number => grades.reduce((total, grade) => total + grade[key], 0);
  return `${sum('earned')} of ${sum('points')}`;
}

function submissionText(name: string, grades: readonly Grade[]): string {
  const [asked, optional] = [grades.filter((grade) => !grade.optional), grades.filter((grade) => grade.optional)];
  const apart = optional.length === 0 ? '' : `, and ${sumText(optional)} optional ones`;
  const names = grades.map(({ exercise, title }) => exerciseName(exercise, title === '' ? undefined : title));
  const width = Math.max(...names.map(({ length }) => length));
  const lines = grades.map(({ status, earned, points, reason }, at) =>
    `  ${names[at].padEnd(width)}  ${earned}/${points}  ${status.padEnd(10)}  ${reason}`.trimEnd(),
  );
  return [`${name}: ${sumText(asked)} points${apart}`, ...lines].join('\n');
}
