import { existsSync, promises as fs } from 'node:fs';
import { totalmem } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';

import { ANSWER_MODES, type AnswerMode, type Parameters, parseParameter } from '../ipynb';
import { findProject } from '../server';
import { type HubArguments, readRemote } from './remote-arguments';
import { positive, UsageError } from './usage';

export const USAGE = `Usage: tslab-runner [FILE...] [OPTION...]   (in the workbook: npm run notebooks -- ...)
Runs notebooks headlessly; without files, notebooks/*.ipynb or, where there is no such folder, *.ipynb.
Exits with 0 only if everything passed.

  -p NAME=VALUE        sets a parameter (JSON or text) after the parameters cell; repeatable
  --answers MODE       as-is (default), solutions, wrong (a run for each set of wrong answers) or all: one run that at
                       each exercise tries the cell as it is, every wrong answer, then the solution
  --out DIR            writes the executed notebooks
  --html DIR           writes each executed notebook as one self-contained page
  --report FILE        JUnit XML: a test case a cell and a check
  --json FILE          all results as JSON
  --jobs N             notebooks at a time (default 1)
  --memory GB          bound for all kernels together (default 80 % of this machine's); each job gets its share
  --timeout S          longest time a cell may take (default 600)
  --max-output MB      most a cell may print (default 20)
  --server URL         uses this Jupyter server, with --token T or --token-file FILE, instead of starting one
  --hub URL            starts a user's server on this JupyterHub, uses it, and stops it if it was not running before; the
                       token is in JUPYTERHUB_API_TOKEN or in --token-file FILE
  --user NAME          whose server (default: whose token it is); --server-name NAME a named one of theirs
  --start-timeout S    longest time the Hub may take to start it (default 300)
  --folder DIR         of --server or --hub: where the notebooks work, below the server's root (default the root)
  --grade DIR          grades the notebooks below DIR: points by exercise, with reasons; --csv FILE writes them
  --fresh              grades all anew, also those that a run which ended too early had graded
  --isolate            each kernel in a sandbox (bubblewrap): no network, project read-only; the default of --grade
                       where it can be had, --no-isolate turns it off
  --env NAME           lets a variable of this process through to the kernels; repeatable
  --lint               checks the files without running them
  --help`;

export interface Arguments {
  files: string[];
  parameters: Parameters;
  answers: AnswerMode;
  out?: string;
  html?: string;
  report?: string;
  json?: string;
  jobs: number;
  memoryBytes: number;
  timeoutMs: number;
  outputBytes: number;
  server?: { url: string; token: string };
  hub?: HubArguments;
  /** Where notebooks work on a server of others. */
  folder?: string;
  grade?: GradeArguments;
  /** Whether kernels are shut in; undefined: where it can be had. */
  isolate: boolean | undefined;
  /** Variables let through to kernels. */
  passedVariables: string[];
  lint: boolean;
  help: boolean;
}

interface GradeArguments {
  folder: string;
  csv?: string;
  /** Whether nothing of an earlier run counts. */
  fresh: boolean;
}

const OPTIONS = {
  parameter: { type: 'string', short: 'p', multiple: true },
  answers: { type: 'string', default: 'as-is' },
  out: { type: 'string' },
  html: { type: 'string' },
  report: { type: 'string' },
  json: { type: 'string' },
  jobs: { type: 'string', default: '1' },
  memory: { type: 'string' },
  timeout: { type: 'string', default: '600' },
  'max-output': { type: 'string', default: '20' },
  server: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  hub: { type: 'string' },
  user: { type: 'string' },
  'server-name': { type: 'string' },
  'start-timeout': { type: 'string' },
  folder: { type: 'string' },
  grade: { type: 'string' },
  csv: { type: 'string' },
  fresh: { type: 'boolean', default: false },
  isolate: { type: 'boolean' },
  env: { type: 'string', multiple: true },
  lint: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, allowNegative: true, strict: true });
}

/**
 * Reads the command line.
 *
 * @throws UsageError for an unknown option or a value that does not fit
 */
export async function readArguments(args: readonly string[]): Promise<Arguments> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  const files = positionals.length > 0 ? positionals : await defaultFiles(values);
  return {
    files,
    parameters: readParameters(values.parameter ?? []),
    answers: readMode(values.answers),
    ...pick(values, 'out', 'html', 'report', 'json', 'folder'),
    jobs: wholeNumber('jobs', values.jobs),
    memoryBytes: values.memory === undefined ? kernelMemoryBytes() : positive('memory', values.memory) * 1e9,
    timeoutMs: positive('timeout', values.timeout) * 1_000,
    outputBytes: positive('max-output', values['max-output']) * 1e6,
    ...(await readRemote(values)),
    ...readGrade(values),
    isolate: readIsolate(values),
    passedVariables: values.env ?? [],
    lint: values.lint,
    help: values.help,
  };
}

function pick<K extends 'out' | 'html' | 'report' | 'json' | 'folder'>(
  values: Values,
  ...names: K[]
): { [P in K]?: string } {
  const picked: { [P in K]?: string } = {};
  for (const name of names) if (values[name] !== undefined) picked[name] = values[name];
  return picked;
}

/**
 * `notebooks/*.ipynb` of the workbook; elsewhere of the current folder, or its own notebooks where it has no such folder.
 * None where the folder to grade is what counts.
 */
async function defaultFiles(values: Values): Promise<string[]> {
  if (values.help) return [];
  const root = findProject() ?? process.cwd();
  const inside = path.join(root, 'notebooks');
  const folder = existsSync(inside) ? inside : root;
  const names = (await fs.readdir(folder)).filter((name) => name.endsWith('.ipynb')).sort();
  if (names.length === 0 && values.grade === undefined)
    throw new UsageError(`Expected notebooks in ${folder}, found none; name files to run.`);
  return names.map((name) => path.relative(process.cwd(), path.join(folder, name)));
}

function readParameters(texts: readonly string[]): Parameters {
  try {
    return new Map(texts.map(parseParameter));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readMode(mode: string): AnswerMode {
  if ((ANSWER_MODES as readonly string[]).includes(mode)) return mode as AnswerMode;
  throw new UsageError(`--answers expects ${ANSWER_MODES.join(', ')}, found "${mode}".`);
}

function readGrade({ grade, csv, fresh }: Values): Pick<Arguments, 'grade'> {
  if (grade === undefined) {
    const needing = [csv === undefined ? '' : '--csv', fresh ? '--fresh' : ''].filter(Boolean);
    if (needing.length > 0) throw new UsageError(`${needing[0]} needs --grade DIR.`);
    return {};
  }
  return { grade: { folder: grade, fresh, ...(csv === undefined ? {} : { csv }) } };
}

function readIsolate({ isolate, grade, server, hub }: Values): boolean | undefined {
  const isRemote = server !== undefined || hub !== undefined;
  if (isolate === true && isRemote)
    throw new UsageError(
      '--isolate shuts in kernels that the runner starts itself, not those of another server (--server, --hub).',
    );
  return isolate ?? (grade === undefined || isRemote ? false : undefined);
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`--${name} expects a whole number from 1, found "${text}".`);
}

/** Memory that all kernels together may use where nobody says: four fifths of this machine's. */
export const kernelMemoryBytes = (): number => 0.8 * machineMemoryBytes();

/** Memory this process may use: a container's limit where there is one. */
function machineMemoryBytes(): number {
  const limit = (process as { constrainedMemory?: () => number }).constrainedMemory?.() ?? 0;
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
