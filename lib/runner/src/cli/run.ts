import * as path from 'node:path';

import { writeFileAtomic } from '../files';
import { writeNotebook } from '../ipynb';
import { cellLine, failureText, htmlPage, jsonReport, junitXml, notebookLine, runFile } from '../report';
import { type NotebookResult, planRuns, residentText, runAll } from '../run';
import { type Arguments } from './arguments';
import { openServer } from './server';

/** Runs the notebooks as the command line asks; prints as it goes. Says whether everything passed. */
export async function runNotebooks(
  options: Arguments,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<boolean> {
  const startedAt = new Date();
  const plan = await planRuns(options.files, options.answers, options.parameters);
  const rootDir = commonFolder(options.files);
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
        onNotebook: (result) => print([failureText(result), notebookLine(result)].filter(Boolean).join('\n')),
      });
      results.push(...ran);
    } finally {
      await server.stop();
    }
  }
  const unwritten = await writeReports(results, options, rootDir, startedAt);
  for (const problem of unwritten) print(problem);
  const failed = results.filter(({ status }) => status === 'failed').length;
  print(failed === 0 ? `All ${results.length} passed.` : `${failed} of ${results.length} failed.`);
  return failed === 0 && unwritten.length === 0;
}

/**
 * Writes what was asked for: the reports of all first, then each notebook and page by itself, so that one that cannot be
 * written costs nothing else. The files that could not be written, each with the reason.
 */
async function writeReports(
  results: readonly NotebookResult[],
  options: Arguments,
  rootDir: string,
  startedAt: Date,
): Promise<string[]> {
  const { report, json, out, html } = options;
  const problems: string[] = [];
  const write = async (file: string, make: () => Promise<void>): Promise<void> => {
    try {
      await make();
    } catch (error) {
      const isDeep = error instanceof RangeError && /call stack/.test(error.message);
      const why = isDeep ? 'its cells, outputs or metadata are nested too deeply' : (error as Error).message;
      problems.push(`${file} was not written: ${why}.`);
    }
  };
  if (report !== undefined) await write(report, () => writeFileAtomic(report, junitXml(results)));
  if (json !== undefined) await write(json, () => writeFileAtomic(json, jsonReport(results, startedAt)));
  for (const result of results) {
    const { executed } = result;
    if (!executed) continue;
    const notebook = out === undefined ? undefined : path.join(out, runFile(result, rootDir, 'ipynb'));
    const page = html === undefined ? undefined : path.join(html, runFile(result, rootDir, 'html'));
    if (notebook !== undefined) await write(notebook, () => writeNotebook(notebook, executed));
    // The page's renderers load only when somebody wants pages.
    if (page !== undefined) await write(page, () => writeFileAtomic(page, htmlPage(result)));
  }
  return problems;
}

/** The deepest folder that holds all files. */
export function commonFolder(files: readonly string[]): string {
  const folders = files.map((file) => path.dirname(path.resolve(file)).split(path.sep));
  const first = folders[0] ?? [''];
  let depth = first.length;
  for (const folder of folders) {
    let same = 0;
    while (same < depth && folder[same] === first[same]) same += 1;
    depth = same;
  }
  return first.slice(0, depth).join(path.sep) || path.sep;
}
