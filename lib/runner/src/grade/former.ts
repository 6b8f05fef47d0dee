import { promises as fs } from 'node:fs';

import { dsvFormat, type DSVRowString } from 'd3-dsv';
import { COLUMNS, withoutApostrophe } from './table';
import { type Grade } from './types';

/** A table of grades that a teacher must mend before grading can go on. */
class TableError extends Error {
  override readonly name = 'TableError';
}

/**
 * Reads the table of an earlier run, as it was written or as a spreadsheet saved it: separated by commas, semicolons or
 * tabs, with or without a mark of its encoding.
 *
 * @returns its rows; none where there is no such file
 * @throws TableError where the file is another table, or a mark is none; the message names the row
 */
export async function readGrades(file: string): Promise<Grade[]> {
  let text: string;
  try {
    text = (await fs.readFile(file, 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new TableError(`${file} cannot be read: ${(error as Error).message}.`);
  }
  if (text.trim() === '') return [];
  const [head] = text.split(/\r?\n/, 1);
  const separator = [',', ';', '\t'].find((sign) => head.includes(`submission${sign}`) || head.includes(`"${sign}"`));
  const rows = dsvFormat(separator ?? ',').parse(text);
  const missing = COLUMNS.slice(0, 2).filter((name) => !rows.columns.includes(name));
  if (missing.length > 0)
    throw new TableError(
      `${file} is no table of grades (it has no column "${missing[0]}") and would be replaced; name another file.`,
    );
  return rows.map((row, at) => gradeOf(row, `${file}, row ${at + 2}`));
}

function gradeOf(row: DSVRowString, where: string): Grade {
  const text = (name: string): string => withoutApostrophe(row[name] ?? '');
  const grade: Grade = {
    submission: text('submission'),
    exercise: text('exercise'),
    title: text('title'),
    topic: text('topic'),
    status: text('status') as Grade['status'],
    points: numberIn(text('points')) ?? 0,
    optional: text('optional').toLowerCase() === 'true',
    earned: numberIn(text('earned')) ?? 0,
    reason: text('reason'),
    ...(text('text') === '' ? {} : { text: text('text'), rubric: text('rubric') }),
  };
  const given = text('mark').trim();
  if (given === '') return grade;
  const mark = numberIn(given);
  const name = `${where} (${grade.submission}, ${grade.exercise})`;
  if (mark === undefined || mark > grade.points)
    throw new TableError(`${name}: expected a mark from 0 to ${grade.points}, found "${given}".`);
  if (mark > 0 && grade.text === undefined)
    throw new TableError(`${name}: found the mark ${given}, but only texts are marked; leave it empty.`);
  return { ...grade, mark };
}

/** A number as a spreadsheet writes it, also with a comma. */
function numberIn(text: string): number | undefined {
  return /^\d+([.,]\d+)?$/.test(text.trim()) ? Number(text.trim().replace(',', '.')) : undefined;
}

/** Former grades by what they are for. */
export class FormerGrades {
  private readonly bySubmission = new Map<string, Grade[]>();

  constructor(rows: readonly Grade[]) {
    for (const row of rows) this.bySubmission.set(row.submission, [...this.of(row.submission), row]);
  }

  get submissions(): string[] {
    return [...this.bySubmission.keys()];
  }

  get marks(): number {
    return this.submissions.flatMap((name) => this.of(name)).filter(({ mark }) => mark !== undefined).length;
  }

  /** The rows of a submission as they were. */
  of(submission: string): Grade[] {
    return this.bySubmission.get(submission) ?? [];
  }

  /** New grades with the marks that were given for the same text. */
  applied(grades: readonly Grade[]): Grade[] {
    return grades.map((grade) => {
      const former = this.of(grade.submission).find(({ exercise }) => exercise === grade.exercise);
      return former?.mark === undefined ? grade : withMark(grade, former.mark, former.text);
    });
  }

  /** Marks of a submission for exercises that its new grades do not have. */
  lost(submission: string, grades: readonly Grade[]): Grade[] {
    const known = new Set(grades.map(({ exercise }) => exercise));
    return this.of(submission).filter(({ mark, exercise }) => mark !== undefined && !known.has(exercise));
  }
}

function withMark(grade: Grade, mark: number, text: string | undefined): Grade {
  const { text: now, points, reason } = grade;
  if (plain(now) !== plain(text))
    return { ...grade, reason: `${reason}; it got the mark ${mark} before, for another text` };
  if (mark > points)
    return { ...grade, reason: `${reason}; its mark ${mark} is above the ${points} points it is worth` };
  return { ...grade, mark, earned: now === undefined ? grade.earned : mark, ...(now && { reason: 'read and marked' }) };
}

/** Spreadsheets change ends of lines and spaces at the ends. */
const plain = (text = ''): string => text.replace(/\s+/g, ' ').trim();
