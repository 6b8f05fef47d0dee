import * as path from 'node:path';

import { writeFileAtomic } from '../files';
import { writeNotebook } from '../ipynb';
import { htmlPage, jsonReport, junitXml, runFile } from '../report';
import { type NotebookResult } from '../run';
import { type Arguments } from './arguments';

/** How often the reports of all are written anew while notebooks run, at most. */
const REPORT_INTERVAL_MS = 10_000;

/**
 * Writes what was asked for: each notebook and page as soon as its run has ended, and the reports of all again and again,
 * so that what has been run outlives the runner. One that cannot be written costs nothing else.
 */
export class Reports {
  private readonly results: NotebookResult[] = [];
  private readonly startedAt = new Date();
  private reportedAtMs = performance.now();
  private readonly problems = new Map<string, string>();

  constructor(
    private readonly options: Pick<Arguments, 'report' | 'json' | 'out' | 'html'>,
    private readonly rootDir: string,
  ) {}

  /** Writes a result's notebook and page. */
  async add(result: NotebookResult): Promise<void> {
    this.results.push(result);
    const { executed } = result;
    const { out, html } = this.options;
    if (performance.now() - this.reportedAtMs > REPORT_INTERVAL_MS) await this.report(this.results);
    if (!executed) return;
    const notebook = out === undefined ? undefined : path.join(out, runFile(result, this.rootDir, 'ipynb'));
    const page = html === undefined ? undefined : path.join(html, runFile(result, this.rootDir, 'html'));
    if (notebook !== undefined) await this.write(notebook, () => writeNotebook(notebook, executed));
    // The page's renderers load only when somebody wants pages.
    if (page !== undefined) await this.write(page, () => writeFileAtomic(page, htmlPage(result)));
  }

  /** Writes the reports of all results, in this order. The files that could not be written, each with the reason. */
  async finish(results: readonly NotebookResult[]): Promise<string[]> {
    await this.report(results);
    return [...this.problems.values()];
  }

  private async report(results: readonly NotebookResult[]): Promise<void> {
    const { report, json } = this.options;
    if (report !== undefined) await this.write(report, () => writeFileAtomic(report, junitXml(results)));
    if (json !== undefined) await this.write(json, () => writeFileAtomic(json, jsonReport(results, this.startedAt)));
    this.reportedAtMs = performance.now();
  }

  private async write(file: string, make: () => Promise<void>): Promise<void> {
    try {
      await make();
      this.problems.delete(file);
    } catch (error) {
      const isDeep = error instanceof RangeError && /call stack/.test(error.message);
      const why = isDeep ? 'its cells, outputs or metadata are nested too deeply' : (error as Error).message;
      this.problems.set(file, `${file} was not written: ${why}.`);
    }
  }
}
