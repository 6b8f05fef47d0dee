import * as path from 'node:path';

import { writeFileAtomic } from '../files';
import { writeNotebook } from '../ipynb';
import { cellLine, failureText, htmlPage, jsonReport, junitXml, notebookLine, runFile } from '../report';
import { type NotebookResult, planRuns, residentText, runAll, type Task } from '../run';
import { attachServer, type JupyterServer, findEnvironment, startServer } from '../server';
import { type Arguments } from './arguments';

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
    const server = await openServer(options, rootDir, plan.tasks, signal);
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
  await writeReports(results, options, rootDir, startedAt);
  const failed = results.filter(({ status }) => status === 'failed').length;
  print(failed === 0 ? `All ${results.length} passed.` : `${failed} of ${results.length} failed.`);
  return failed === 0;
}

/** The server to use: the one given, or a new one that starts the tasks' kernels ahead. */
export function openServer(
  { server, jobs }: Arguments,
  rootDir: string,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<JupyterServer> {
  if (server) return attachServer(server.url, server.token);
  const upcoming = tasks.map(({ path: file, home }) => path.dirname(path.resolve(home ?? file)));
  return startServer({
    environment: findEnvironment(upcoming),
    rootDir,
    signal,
    upcoming,
    ahead: Math.min(jobs, tasks.length),
  });
}

async function writeReports(
  results: readonly NotebookResult[],
  options: Arguments,
  rootDir: string,
  startedAt: Date,
): Promise<void> {
  // The page's renderers load only when somebody wants pages.
  const page = options.html === undefined ? undefined : htmlPage;
  for (const result of results) {
    if (!result.executed) continue;
    if (options.out !== undefined)
      await writeNotebook(path.join(options.out, runFile(result, rootDir, 'ipynb')), result.executed);
    if (options.html !== undefined && page)
      await writeFileAtomic(path.join(options.html, runFile(result, rootDir, 'html')), page(result));
  }
  if (options.report !== undefined) await writeFileAtomic(options.report, junitXml(results));
  if (options.json !== undefined) await writeFileAtomic(options.json, jsonReport(results, startedAt));
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
