/** Other kernels than tslab's first, and how each says what went wrong. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import { fillAnswers, type Notebook, readNotebook } from 'tslab-runner/ipynb';
import { type Failure, type NotebookResult, runNotebook } from 'tslab-runner/run';
import { findIsolation, readEnvironment, startServer } from 'tslab-runner/server';
import { Folder, notebook, runCli } from './support';

/** What a cell ends in, by kernel, and the message that must be given. */
const ERRORS: Readonly<
  Record<'tslab' | 'jslab' | 'python3', readonly (readonly [source: string, message: string | RegExp])[]>
> = {
  tslab: [
    ["console.error('Error: printed');\nthrow new RangeError('x is too large: 2');", 'RangeError: x is too large: 2'],
    ["console.error(new Error('shown, not thrown'));\nthrow new TypeError('thrown');", 'TypeError: thrown'],
    ["throw new Error('first line\\nsecond line');", 'Error: first line'],
    ["class Odd extends Error { name = 'Odd'; }\nthrow new Odd('an odd one');", /Odd: an odd one/],
    ["throw new Error('outer', { cause: new RangeError('inner') } as any);", 'Error: outer'],
    ["throw Object.assign(new Error('with a code'), { code: 'E1' });", 'Error: with a code'],
    ["const bare = new RangeError('no stack');\nbare.stack = undefined;\nthrow bare;", /RangeError: no stack/],
    [
      "import assert from 'assert';\nassert.deepEqual([1], [2]);",
      /^AssertionError( \[ERR_ASSERTION\])?: Expected values/,
    ],
    ["const value: number = 'text';", /Type 'string' is not assignable to type 'number'/],
    ['await Promise.reject(new SyntaxError("late"));', 'SyntaxError: late'],
  ],
  jslab: [
    ["throw new RangeError('x is too large: 2');", 'RangeError: x is too large: 2'],
    ["const none = JSON.parse('null');\nnone.f();", /^TypeError: Cannot read properties of null/],
  ],
  python3: [
    [
      "import sys\nprint('noise', file=sys.stderr)\nraise ValueError('x is too large: 2')",
      'ValueError: x is too large: 2',
    ],
    ['1 / 0', 'ZeroDivisionError: division by zero'],
    ['def f(:', /^SyntaxError: /],
  ],
};

describe('runner: kernels and their errors', function () {
  this.timeout(300_000);
  const folder = new Folder();
  after(() => folder.remove());
  async function run(
    files: readonly string[],
    args: string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ runs: NotebookResult[]; stdout: string }> {
    const json = path.join(folder.path, 'results.json');
    const { stdout, stderr } = await runCli([...files, '--json', json, ...args], undefined, env);
    assert.equal(stderr, '');
    return { runs: (JSON.parse(readFileSync(json, 'utf8')) as { runs: NotebookResult[] }).runs, stdout };
  }
  const named = (name: string, content: Notebook): string => folder.write(`${name}.ipynb`, content);

  /** All cells in one kernel of our own server, each failure in its turn. */
  async function failuresOf(kernel: string, sources: readonly string[]): Promise<Failure[]> {
    const file = named(`errors-${kernel}`, notebook([...sources], kernel));
    const own = await startServer({ environment: readEnvironment(), rootDir: folder.path });
    try {
      const [filled] = fillAnswers(await readNotebook(file), 'as-is');
      const limits = { timeoutMs: 60_000, outputBytes: 20e6, kernelBytes: 4e9 };
      const options = { server: own, limits, signal: new AbortController().signal };
      return (await runNotebook(file, { ...filled, goesOnAfterErrors: true }, options)).failures;
    } finally {
      await own.stop();
    }
  }

  for (const kernel of ['tslab', 'jslab'] as const) {
    it(`the message is the error itself, of ${kernel}`, async () => {
      const cases = ERRORS[kernel];
      const failures = await failuresOf(
        kernel,
        cases.map(([source]) => source),
      );
      cases.forEach(([source, message], at) => {
        assert.equal(failures[at]?.cell, at, `${source}\n${JSON.stringify(failures)}`);
        assert.equal(failures[at].kind, 'cell-error', source);
        if (typeof message === 'string') assert.equal(failures[at].message, message, source);
        else assert.match(failures[at].message, message, source);
      });
    });
  }

  it('jslab runs a whole notebook: no types, results, what was not awaited', async () => {
    const good = notebook(
      ["const { sep } = require('path');\nlet count = 1;", 'count += 1;\nconsole.log(count, sep.length);', 'count'],
      'jslab',
    );
    const late = notebook(["setTimeout(() => { throw new Error('after the end'); }, 300);"], 'jslab');
    const { runs } = await run([named('good', good), named('late', late)], ['--out', path.join(folder.path, 'out')]);
    assert.deepEqual(runs[0].failures, []);
    assert.equal(runs[1].failures[0].kind, 'late-exception');
    assert.match(readFileSync(path.join(folder.path, 'out/good.ipynb'), 'utf8'), /"2 1\\n"/);
  });

  it('a kernel that is missing is named with those that are there', async () => {
    const { runs } = await run([named('missing', notebook(['1'], 'no-such-kernel'))]);
    const [{ kind, message }] = runs[0].failures;
    assert.equal(kind, 'kernel-start');
    assert.match(message, /^There is no kernel "no-such-kernel" on this server; there are .*jslab, .*tslab/);
  });

  it('error messages of another kernel (ipykernel) are understood', async function () {
    const { serverCommand } = readEnvironment();
    const { status } = spawnSync(serverCommand[0], ['-c', 'import ipykernel']);
    if (status !== 0) {
      console.log('      skipped: ipykernel is not installed');
      return this.skip();
    }
    const kernels = path.join(folder.path, 'jupyter/kernels/other-python');
    mkdirSync(kernels, { recursive: true });
    const argv = [serverCommand[0], '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
    writeFileSync(
      path.join(kernels, 'kernel.json'),
      JSON.stringify({ argv, display_name: 'Python', language: 'python' }),
    );
    const env = { JUPYTER_PATH: path.dirname(path.dirname(kernels)) };
    const good = named('python', notebook(["x = 'works'", 'print(x)'], 'other-python'));
    const wrong = ERRORS.python3.map(([source], at) =>
      named(`python-${at}`, notebook([source, 'x = 1'], 'other-python')),
    );
    const { runs, stdout } = await run([...wrong, good], [], env);
    ERRORS.python3.forEach(([source, message], at) => {
      const [failure] = runs[at].failures;
      assert.equal(failure?.kind, 'cell-error', `${source}\n${stdout}`);
      if (typeof message === 'string') assert.equal(failure.message, message, source);
      else assert.match(failure.message, message, source);
    });
    assert.deepEqual(runs.at(-1)?.failures, []);

    // Nothing but the runner's own kernels is shut in, so nothing else runs where that is wanted.
    if ('missing' in findIsolation({ readable: [] })) return console.log('      skipped: no isolation here');
    const isolated = await run([good, named('isolated', notebook(["console.log('in')"], 'jslab'))], ['--isolate'], env);
    assert.match(
      isolated.runs[0].failures[0].message,
      /^The kernel "other-python" cannot be isolated; those that can are tslab and jslab\.$/,
    );
    assert.deepEqual(isolated.runs[1].failures, []);
  });
});
