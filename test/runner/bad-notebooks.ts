import { type FailureKind } from 'tslab-runner/run';
import { type Notebook } from 'tslab-runner/ipynb';
import { codeCell, markdownCell, notebook, tagged } from './support';

/** A notebook that is bad, or looks bad and is good, with the verdict it must get. */
export interface Seeded {
  name: string;
  content: Notebook | string | Uint8Array;
  /** `passed`, or the kind of the first failure. */
  verdict: 'passed' | FailureKind;
  /** Number of the cell to blame, from 1. */
  cell?: number;
  /** Text that the failure must hold. */
  says?: RegExp;
  /** Longest time for a cell, default 30 s. */
  timeoutMs?: number;
}

const raises = (source: string) => tagged(['raises-exception'], source);
const FORGOTTEN = `async function work() {
  await new Promise((resolve) => setTimeout(resolve, 100));
  throw new Error('nobody awaited this');
}
work();`;
const OUT_OF_MEMORY = `const kept: unknown[] = [];
for (;;) kept.push(new Array(100000).fill({ a: kept.length }));`;
const CHATTER = `const text = 'x'.repeat(1e6);
for (let i = 0; i < 100; i++) console.log(text);`;
const BUSY_TIMER = `setTimeout(() => { for (;;); }, 20);
await new Promise((resolve) => setTimeout(resolve, 100));`;

export const SEEDED: Seeded[] = [
  {
    name: 'throws in cell 1',
    content: notebook(["throw new Error('first');", 'const b = 2;']),
    verdict: 'cell-error',
    cell: 1,
    says: /Error: first/,
  },
  {
    name: 'throws in the last cell',
    content: notebook(['const a = 1;', 'const b = 2;', "throw new Error('last');"]),
    verdict: 'cell-error',
    cell: 3,
  },
  {
    name: 'throws 100 ms after the last cell',
    content: notebook(['const a = 1;', "setTimeout(() => { throw new Error('later'); }, 100);"]),
    verdict: 'late-exception',
    cell: 2,
    says: /later/,
  },
  {
    name: 'throws while a later cell runs',
    content: notebook([
      "setTimeout(() => { throw new Error('from one'); }, 50);",
      'await new Promise((resolve) => setTimeout(resolve, 300));',
    ]),
    verdict: 'late-exception',
    cell: 1,
  },
  {
    name: 'throws between two cells',
    content: notebook([
      "setTimeout(() => { throw new Error('in between'); }, 150);",
      raises("throw new Error('expected');"),
      'const c = 3;',
    ]),
    verdict: 'late-exception',
    cell: 1,
  },
  {
    name: 'an expected exception that comes late',
    content: notebook([
      raises(
        "setTimeout(() => { throw new Error('x'); }, 1);\nawait new Promise((resolve) => setTimeout(resolve, 100));",
      ),
    ]),
    verdict: 'passed',
  },
  {
    name: 'forgotten await',
    content: notebook([FORGOTTEN, 'const b = 2;']),
    verdict: 'late-exception',
    cell: 1,
    says: /UnhandledPromiseRejection/,
  },
  {
    name: 'infinite loop',
    content: notebook(['const a = 1;', 'while (true) {}']),
    verdict: 'timeout',
    cell: 2,
    timeoutMs: 1_500,
  },
  {
    name: 'a promise that never settles',
    content: notebook(['await new Promise(() => undefined);']),
    verdict: 'timeout',
    cell: 1,
    timeoutMs: 1_500,
  },
  {
    name: 'a loop that no interrupt ends',
    content: notebook([BUSY_TIMER]),
    verdict: 'timeout',
    cell: 1,
    timeoutMs: 1_500,
  },
  { name: 'process.exit(0)', content: notebook(['process.exit(0);', 'const b = 2;']), verdict: 'kernel-died', cell: 1 },
  {
    name: 'process.exit after a moment',
    content: notebook([
      'setTimeout(() => process.exit(0), 50);',
      'await new Promise((resolve) => setTimeout(resolve, 5000));',
    ]),
    verdict: 'kernel-died',
    cell: 2,
  },
  {
    name: 'kernel killed',
    content: notebook(["process.kill(process.pid, 'SIGKILL');", 'const b = 2;']),
    verdict: 'kernel-died',
    cell: 1,
  },
  { name: 'out of memory', content: notebook(['const a = 1;', OUT_OF_MEMORY]), verdict: 'kernel-died', cell: 2 },
  {
    name: 'type error',
    content: notebook(["const n: number = 'text';"]),
    verdict: 'cell-error',
    cell: 1,
    says: /not assignable to type 'number'/,
  },
  { name: 'syntax error', content: notebook(['const = 3;']), verdict: 'cell-error', cell: 1 },
  {
    name: 'unknown module',
    content: notebook(["import { x } from 'no-such-package';"]),
    verdict: 'cell-error',
    cell: 1,
    says: /no-such-package/,
  },
  {
    name: 'stack overflow',
    content: notebook(['function f(): number { return f() + 1; }\nf();']),
    verdict: 'cell-error',
    cell: 1,
    says: /RangeError/,
  },
  { name: 'throws what is no error', content: notebook(["throw 'a text';"]), verdict: 'cell-error', cell: 1 },
  { name: 'output of 100 MB', content: notebook([CHATTER]), verdict: 'output-limit', cell: 1, says: /20 MB/ },
  {
    name: 'expected error does not come',
    content: notebook([raises('const a = 1;')]),
    verdict: 'no-exception',
    cell: 1,
  },
  {
    name: 'expected error comes, then a good cell',
    content: notebook([raises("throw new Error('expected');"), "console.log('after');"]),
    verdict: 'passed',
  },
  { name: 'no JSON', content: '{ "cells": [', verdict: 'invalid-notebook', says: /does not parse/ },
  { name: 'empty file', content: '', verdict: 'invalid-notebook', says: /empty/ },
  { name: 'JSON, but no notebook', content: '[1, 2, 3]', verdict: 'invalid-notebook', says: /JSON object/ },
  {
    name: 'format 3',
    content: JSON.stringify({ nbformat: 3, nbformat_minor: 0, metadata: {}, worksheets: [] }),
    verdict: 'invalid-notebook',
    says: /format 4/,
  },
  {
    name: 'a cell without source',
    content: JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: 'code', metadata: {}, outputs: [] }],
    }),
    verdict: 'invalid-notebook',
    says: /cell 1.*source/,
  },
  {
    name: 'bytes that are no text',
    content: new Uint8Array([0x7b, 0xff, 0xfe, 0x00]),
    verdict: 'invalid-notebook',
    says: /UTF-8/,
  },
  { name: 'no cells', content: notebook([]), verdict: 'nothing-ran' },
  { name: 'no code', content: notebook([markdownCell('# prose')]), verdict: 'nothing-ran' },
  {
    name: 'all cells skipped',
    content: notebook([tagged(['skip-execution'], "throw new Error('never');")]),
    verdict: 'nothing-ran',
  },
  {
    name: 'missing kernel',
    content: notebook(['const a = 1;'], 'no-such-kernel'),
    verdict: 'kernel-start',
    says: /no-such-kernel/,
  },
  {
    name: 'binary output',
    content: notebook(['process.stdout.write(Buffer.from([0, 159, 146, 150, 255, 10]));']),
    verdict: 'passed',
  },
  {
    name: 'unicode',
    content: notebook([codeCell("console.log('日本語 ✓ 👩‍💻 \\u2028 ' + 'é'.normalize('NFD'));")]),
    verdict: 'passed',
  },
];
