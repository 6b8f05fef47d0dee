import { csvFormatRow } from 'd3-dsv';
import { type Grade } from './types';

const COLUMNS = ['submission', 'exercise', 'topic', 'status', 'earned', 'points', 'reason'] as const;

/** Grades as CSV (RFC 4180), one line an exercise. What a spreadsheet would take for a formula gets an apostrophe. */
export function gradesCsv(grades: readonly Grade[]): string {
  const lines = [[...COLUMNS], ...grades.map((grade) => COLUMNS.map((column) => harmless(grade[column])))];
  return lines.map((line) => `${csvFormatRow(line)}\r\n`).join('');
}

function harmless(value: string | number): string {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && value !== '-' ? `'${value}` : String(value);
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
    .join('\n');
}

function submissionText(name: string, grades: readonly Grade[]): string {
  const sum = (key: 'earned' | 'points'): number => grades.reduce((total, grade) => total + grade[key], 0);
  const width = Math.max(...grades.map(({ exercise }) => exercise.length));
  const lines = grades.map(({ exercise, status, earned, points, reason }) =>
    `  ${exercise.padEnd(width)}  ${earned}/${points}  ${status.padEnd(10)}  ${reason}`.trimEnd(),
  );
  return [`${name}: ${sum('earned')} of ${sum('points')} points`, ...lines].join('\n');
}
