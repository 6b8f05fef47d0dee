import * as path from 'node:path';

import { writeFileAtomic } from '../files';
import { writeNotebook } from '../ipynb';
import { htmlPage, jsonReport, junitXml, runFile } from '../report';
import { type NotebookResult } from '../run';
import { type Arguments } from './arguments';

/**
 * Writes what was asked for: the reports of all first, then each notebook and page by itself, so that one that cannot be
 * written costs nothing else. The files that could not be written, each with the reason.
 */
export async function writeReports(
  results: readonly NotebookResult[],
  options: Pick<Arguments, 'report' | 'json' | 'out' | 'html'>,
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
