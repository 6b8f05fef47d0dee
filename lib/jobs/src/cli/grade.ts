import { Ledger, readSubmissions, Reports } from 'tslab-runner/cli';
import { submissions as kind } from '../classwork';
import { kernelRequest, RUNNER_OPTIONS, runnerArguments } from './classwork';
import { UsageError } from './commands';
import { execute, parse, RUN_OPTIONS } from './options';

/** `grade FOLDER [NOTEBOOK...]`; whether nothing was meddled with and all reports were written. */
export async function run(args: string[], signal: AbortSignal): Promise<boolean> {
  const own = { ...RUNNER_OPTIONS, csv: { type: 'string' } } as const;
  const { values, positionals } = parse(args, { ...RUN_OPTIONS, ...own });
  const [folder, ...files] = positionals;
  if (folder === undefined) throw new UsageError('The command grade needs the folder of the submissions.');
  const names = [...Object.keys(own), 'grade'];
  const options = await runnerArguments(names, { ...values, grade: folder }, files);
  const request = { ...kernelRequest(options, values), folder };
  const print = (line: string): void => console.log(line);
  if (values['dry-run']) return (await execute(kind, request, values, signal)) === undefined;
  const submissions = await readSubmissions(folder, options.files, options.parameters);
  const reports = new Reports(options, folder);
  const { csv } = values;
  // Before hours of work: what cannot be written is known now, and an earlier table's marks are there.
  const ledger = await Ledger.open({
    submissions,
    reports,
    print,
    elsewhere: true,
    ...(csv === undefined ? {} : { csv }),
  });
  for (const { submission, changes, ...graded } of (await execute(kind, request, values, signal)) ?? []) {
    await ledger.keep(submission, graded);
    ledger.meddled(changes, submission.name);
  }
  const untouched = await ledger.close();
  const unwritten = await reports.finish(ledger.results);
  for (const problem of unwritten) print(problem);
  return unwritten.length === 0 && untouched;
}
