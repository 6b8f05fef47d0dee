import { promises as fs } from 'node:fs';
import * as path from 'node:path';

import { writeFileAtomic } from '../files';
import {
  type Grade,
  gradeNothing,
  gradeResult,
  gradesCsv,
  gradesText,
  type Prepared,
  prepareSubmission,
} from '../grade';
import { answerCells, type Notebook, NotebookError, readNotebook } from '../ipynb';
import { runAll, type Task } from '../run';
import { type Arguments, UsageError } from './arguments';
import { commonFolder } from './run';
import { openServer } from './server';

interface Original {
  path: string;
  notebook: Notebook;
}

interface Submission {
  /** Path below the graded folder. */
  name: string;
  path: string;
  original?: Original;
  prepared?: Prepared;
  /** Why it cannot be run. */
  problem?: string;
}

/** What a long command works with besides its options. */
interface Live {
  signal: AbortSignal;
  print: (line: string) => void;
}

/**
 * Grades every notebook below a folder, each in a kernel of its own. A submission with the file name of one of the
 * command line's notebooks (or of `notebooks/`) is graded as that notebook with the learner's answers. Always true: a
 * learner's missing points are no failure of the run.
 */
export async function gradeFolder(
  options: Arguments,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const { folder, csv } = options.grade as { folder: string; csv?: string };
  const originals = await readOriginals(options.files);
  const submissions = await Promise.all(
    (await findNotebooks(folder)).map((file) => readSubmission(folder, file, originals)),
  );
  if (submissions.length === 0) throw new UsageError(`--grade expects notebooks below ${folder}, found none.`);
  const grades = await gradeAll(submissions, options, { signal, print });
  print(gradesText(grades));
  if (csv !== undefined) await writeFileAtomic(csv, gradesCsv(grades));
  return true;
}

async function readOriginals(files: readonly string[]): Promise<Map<string, Original>> {
  const originals = new Map<string, Original>();
  for (const file of files) originals.set(path.basename(file), { path: file, notebook: await readNotebook(file) });
  return originals;
}

async function findNotebooks(folder: string): Promise<string[]> {
  let entries;
  try {
    entries = await fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new UsageError(`--grade expects a folder: ${(error as Error).message}.`);
  }
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.')) found.push(...(await findNotebooks(file)));
    else if (entry.isFile() && entry.name.endsWith('.ipynb')) found.push(file);
  }
  return found;
}

async function readSubmission(
  folder: string,
  file: string,
  originals: ReadonlyMap<string, Original>,
): Promise<Submission> {
  const original = originals.get(path.basename(file));
  const submission = { name: path.relative(folder, file), path: file, ...(original ? { original } : {}) };
  try {
    return { ...submission, prepared: prepareSubmission(await readNotebook(file), original?.notebook) };
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    return { ...submission, problem: error.message };
  }
}

async function gradeAll(submissions: readonly Submission[], options: Arguments, live: Live): Promise<Grade[]> {
  const runnable = submissions.filter(({ prepared }) => prepared !== undefined);
  const tasks: Task[] = runnable.map(({ path: file, prepared, original }) => ({
    path: file,
    // A graded answer runs where its notebook lives, so that imports and data are found.
    home: original?.path ?? file,
    filled: { notebook: (prepared as Prepared).notebook, mode: 'as-is', expected: new Map() },
  }));
  const results = tasks.length === 0 ? [] : await runTasks(tasks, options, live);
  return submissions.flatMap((submission) => {
    const { name, prepared, original, problem = '' } = submission;
    if (!prepared)
      return gradeNothing(name, original ? answerCells(original.notebook).map(({ answer }) => answer) : [], problem);
    if (prepared.exercises.length === 0) return gradeNothing(name, [], 'the notebook has no exercises');
    const result = results[runnable.indexOf(submission)];
    return result ? gradeResult(name, prepared, result) : [];
  });
}

async function runTasks(
  tasks: readonly Task[],
  options: Arguments,
  { signal, print }: Live,
): ReturnType<typeof runAll> {
  const { jobs, timeoutMs, outputBytes, memoryBytes } = options;
  const rootDir = commonFolder(tasks.map((task) => task.home ?? task.path));
  const server = await openServer(options, rootDir, tasks, { signal, print });
  try {
    return await runAll(tasks, {
      server,
      limits: { timeoutMs, outputBytes, kernelBytes: memoryBytes / jobs },
      jobs,
      signal,
    });
  } finally {
    await server.stop();
  }
}
