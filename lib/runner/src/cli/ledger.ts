import { existsSync, promises as fs } from 'node:fs';
import * as path from 'node:path';

import { writeFileAtomic } from '../files';
import { type Change, filesBelow, FormerGrades, gradesCsv, gradesText, readGrades, WatchedFiles } from '../grade';
import { judgeFile } from '../judge';
import { type FailureKind, type NotebookResult } from '../run';
import { CODE_FOLDERS, findProject, projectFiles } from '../server';
import { type Graded } from './grading';
import { type Reports } from './reports';
import { type Submission } from './submissions';
import { Unfinished } from './unfinished';

export interface LedgerOptions {
  csv?: string;
  submissions: readonly Submission[];
  reports: Reports;
  print: (line: string) => void;
  /** Nothing runs here: whoever runs the submissions looks after the files, see {@link Ledger.meddled}. */
  elsewhere?: boolean;
  /** How a later run goes on where this one is ended early, and this one where an earlier one was; default not at all. */
  resume?: {
    /** Ends the run early. */
    signal: AbortSignal;
    /** Whether nothing of an earlier run counts. */
    fresh: boolean;
    /** Whether kernels are shut in. */
    isolated: boolean;
    /** What of the command line changes grades. */
    settings: string;
  };
}

/** What says nothing of an answer: the submission runs once more. */
const UNTRIED: readonly FailureKind[] = ['kernel-start', 'server-died', 'connection-lost', 'interrupted'];

/**
 * What is known of a class while it is graded. After each submission the table is written anew, with the rows of an
 * earlier run for those whose turn has not come, so that whenever a run ends, nothing that was graded or marked is lost;
 * then it looks whether the submission has changed what it must not.
 */
export class Ledger {
  private readonly graded = new Map<string, Graded>();
  private readonly running = new Set<string>();
  private writing = Promise.resolve();
  /** The table as it was written last. */
  private table: string | undefined;
  private untouched = true;
  /** Hashes of the submissions' files. */
  private readonly hashes = new Map<string, string | undefined>();

  private constructor(
    private readonly options: LedgerOptions,
    private readonly former: FormerGrades,
    private readonly watched: WatchedFiles,
    private readonly unfinished: Unfinished | undefined,
  ) {
    for (const { name, path: file } of options.submissions) {
      // As it was read: what a later look finds was changed meanwhile.
      this.hashes.set(name, watched.hashOf(path.resolve(file)));
      const grades = unfinished?.of(name, this.hashes.get(name));
      if (grades) this.graded.set(name, { grades: former.applied(grades) });
    }
  }

  /** @throws TableError where the table of an earlier run cannot be read */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const { csv, submissions, resume, elsewhere = false } = options;
    const former = new FormerGrades(csv === undefined ? [] : await readGrades(csv));
    if (csv !== undefined && former.marks > 0) await fs.copyFile(csv, `${csv}.bak`);
    const watched = await WatchedFiles.of(() => (elsewhere ? Promise.resolve([]) : watchedFiles(submissions)));
    const handedIn = new Set(submissions.map((each) => path.resolve(each.path)));
    const basis = [watched.digest(handedIn), process.version, resume?.settings].join(' ');
    const unfinished = csv !== undefined && resume ? Unfinished.open(csv, { ...resume, basis }) : undefined;
    const ledger = new Ledger(options, former, watched, unfinished);
    ledger.sayWhatWas();
    // Before hours of work: that it cannot be written is known now.
    await ledger.write();
    return ledger;
  }

  /** Whether a submission has its grades. */
  has(name: string): boolean {
    return this.graded.has(name);
  }

  begin({ name }: Submission): void {
    this.running.add(name);
  }

  /** Keeps what a submission earned; the files are written before it ends. */
  keep({ name }: Submission, { grades, result }: Graded): Promise<void> {
    const { submissions, reports, print } = this.options;
    const marked = this.former.applied(grades);
    this.graded.set(name, { grades: marked, ...(result ? { result } : {}) });
    print(`${this.graded.size} of ${submissions.length}  ${gradesText(marked)}`);
    for (const { exercise, mark } of this.former.lost(name, marked))
      print(`${name}: the mark ${mark} for ${exercise} belongs to no exercise now; ${this.options.csv}.bak holds it.`);
    // One after the other: jobs end at the same time.
    return (this.writing = this.writing.then(async () => {
      await this.look();
      await this.write();
      if (result) await reports.add(result);
      this.running.delete(name);
      const wasTried = result?.failures.every(({ kind }) => !UNTRIED.includes(kind)) === true;
      if (wasTried && this.untouched) await this.unfinished?.add(name, this.hashes.get(name), grades);
    }));
  }

  /** Writes what is left. Whether nothing was changed behind the run's back. */
  async close(): Promise<boolean> {
    await this.writing;
    await this.look();
    await this.write();
    if (this.options.resume?.signal.aborted === false) await this.unfinished?.remove();
    return this.untouched;
  }

  get results(): NotebookResult[] {
    return this.options.submissions.flatMap(({ name }) => this.graded.get(name)?.result ?? []);
  }

  /** Says what an earlier run left, and what becomes of it. */
  private sayWhatWas(): void {
    const { options, former, unfinished, graded } = this;
    const { csv, submissions, print } = options;
    if (unfinished?.reason !== undefined) print(unfinished.reason);
    const marks = `${former.marks} marks stay`;
    if (graded.size > 0)
      print(
        `An earlier run ended before all were graded: ${graded.size} of ${submissions.length} submissions have their ` +
          `grades and pages from it, going on with the other ${submissions.length - graded.size} (${marks}; --fresh ` +
          'grades all anew).',
      );
    else if (former.submissions.length > 0)
      print(`${csv} holds ${former.submissions.length} submissions of an earlier run: all are graded anew, ${marks}.`);
  }

  private async write(): Promise<void> {
    const { csv, submissions } = this.options;
    if (csv === undefined) return;
    const rows = submissions.flatMap(({ name }) => this.graded.get(name)?.grades ?? this.former.of(name));
    const present = new Set(submissions.map(({ name }) => name));
    const gone = this.former.submissions.filter((name) => !present.has(name)).flatMap((name) => this.former.of(name));
    const marked = gone.filter(({ mark }) => mark !== undefined);
    this.table = gradesCsv([...rows, ...marked]);
    await writeFileAtomic(csv, this.table);
  }

  /** Says what was changed since the last look, and who was running. */
  private async look(): Promise<void> {
    const { csv } = this.options;
    const changes: Change[] = await this.watched.changes();
    if (csv !== undefined && this.table !== undefined) {
      const now = existsSync(csv) ? await fs.readFile(csv, 'utf8') : undefined;
      if (now !== this.table) changes.push({ file: csv, how: now === undefined ? 'removed' : 'changed' });
    }
    this.meddled(changes, [...this.running].join(', '));
  }

  /** Says what was changed while submissions ran. */
  meddled(changes: readonly Change[], during: string): void {
    const { csv, print } = this.options;
    for (const { file, how } of changes) {
      const name = path.relative(process.cwd(), file);
      print(`MEDDLED: ${name} was ${how} while ${during || 'no submission'} ran.${consequence(file, csv)}`);
    }
    if (changes.length > 0) this.untouched = false;
  }
}

function consequence(file: string, csv: string | undefined): string {
  if (file === csv) return ' It is written anew.';
  if (file.endsWith('.ipynb')) return ' What was read at the start is graded.';
  return ' Set the project up anew before you believe later grades: "npm run setup" names what it finds.';
}

/** What must not change while submissions run: the code that grades, the originals, what was handed in. */
export async function watchedFiles(submissions: readonly Submission[]): Promise<string[]> {
  const project = findProject();
  const own = path.resolve(__dirname, '..');
  const folders = project === undefined ? [own] : CODE_FOLDERS.map((name) => path.join(project, name));
  const code = await Promise.all(folders.map((each) => filesBelow(each, isCode)));
  const originals = submissions.flatMap(({ original }) => (original ? [path.resolve(original.path)] : []));
  const judges = submissions.flatMap(({ original }) => (original && judgeFile(original.notebook, original.path)) ?? []);
  const handedIn = submissions.map((submission) => path.resolve(submission.path));
  return [
    ...new Set([...handedIn, ...originals, ...judges, ...code.flat(), ...(project ? projectFiles(project) : [])]),
  ];
}

/** What JupyterLab and kernels write while they run is none. */
const isCode = (name: string): boolean =>
  !/(^|[\\/])(\.progress|\.ipynb_checkpoints|runtime|nbsignatures\.db.*|notebook_secret|migrated|[^\\/]*\.tsbuildinfo|[^\\/]*\.log)([\\/]|$)/.test(
    name,
  );
