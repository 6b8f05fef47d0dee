import { cellLine, failureText, notebookLine } from '../report';
import { planRuns, residentText, runAll } from '../run';
import { type Arguments } from './arguments';
import { commonFolder } from './folders';
import { Reports } from './reports';
import { openServer } from './server';

/** Runs the notebooks as the command line asks; prints as it goes. Says whether everything passed. */
export async function runNotebooks(
  options: Arguments,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const plan = await planRuns(options.files, options.answers, options.parameters);
  const rootDir = commonFolder(options.files);
  const reports = new Reports(options, rootDir);
  const results = [...plan.rejected];
  for (const result of plan.rejected) print(failureText(result));
  if (plan.tasks.length > 0) {
    const share = options.memoryBytes / options.jobs;
    if (options.jobs > 1)
      print(
        `${options.jobs} notebooks at a time, at most ${residentText(share)} each ` +
          `(--memory ${residentText(options.memoryBytes)} in all)`,
      );
    const server = await openServer(options, rootDir, plan.tasks, { signal, print });
    try {
      const ran = await runAll(plan.tasks, {
        server,
        limits: { timeoutMs: options.timeoutMs, outputBytes: options.outputBytes, kernelBytes: share },
        jobs: options.jobs,
        signal,
        onCell: ({ path: file, filled }, cell, total) => print(cellLine({ path: file, ...filled }, cell, total)),
        onNotebook: (result) => {
          print([failureText(result), notebookLine(result)].filter(Boolean).join('\n'));
          return reports.add(result);
        },
      });
      results.push(...ran);
    } finally {
      await server.stop();
    }
  }
  const unwritten = await reports.finish(results);
  for (const problem of unwritten) print(problem);
  const failed = results.filter(({ status }) => status === 'failed').length;
  print(failed === 0 ? `All ${results.length} passed.` : `${failed} of ${results.length} failed.`);
  return failed === 0 && unwritten.length === 0;
}
