import { cpus, totalmem } from 'node:os';

import { type NotebookResult } from '../run';

/** All results as one JSON document, without the executed notebooks, with the machine they ran on. */
export function jsonReport(results: readonly NotebookResult[], startedAt: Date): string {
  const machine = {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    processors: cpus().length,
    memoryBytes: totalmem(),
  };
  const runs = results.map(({ executed, ...result }) => result);
  const passed = results.every(({ status }) => status === 'passed');
  return `${JSON.stringify({ version: 1, startedAt: startedAt.toISOString(), passed, machine, runs }, null, 2)}\n`;
}
