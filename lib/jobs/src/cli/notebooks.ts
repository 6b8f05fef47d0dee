import { commonFolder, Reports } from 'tslab-runner/cli';
import { failureText, notebookLine } from 'tslab-runner/report';
import { notebooks as kind } from '../classwork';
import { kernelRequest, RUNNER_OPTIONS, runnerArguments } from './classwork';
import { execute, parse, RUN_OPTIONS } from './options';

/** `notebooks [NOTEBOOK...]`; whether all passed. */
export async function run(args: string[], signal: AbortSignal): Promise<boolean> {
  const own = { ...RUNNER_OPTIONS, answers: { type: 'string' } } as const;
  const { values, positionals } = parse(args, { ...RUN_OPTIONS, ...own });
  const options = await runnerArguments(Object.keys(own), values, positionals);
  const request = { ...kernelRequest(options, values), answers: options.answers };
  const results = await execute(kind, request, values, signal);
  if (!results) return true;
  const reports = new Reports(options, commonFolder(options.files));
  for (const result of results) {
    console.log([failureText(result), notebookLine(result)].filter(Boolean).join('\n'));
    await reports.add(result);
  }
  const unwritten = await reports.finish(results);
  for (const problem of unwritten) console.log(problem);
  const failed = results.filter(({ status }) => status === 'failed').length;
  console.log(failed === 0 ? `All ${results.length} passed.` : `${failed} of ${results.length} failed.`);
  return failed === 0 && unwritten.length === 0;
}
