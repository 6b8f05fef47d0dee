import assert from 'node:assert/strict';
import * as path from 'node:path';

import { formatNotebook, parseNotebook } from 'tslab-runner/ipynb';
import { type NotebookResult, planRuns, runAll } from 'tslab-runner/run';
import { type JupyterServer, readEnvironment, startServer } from 'tslab-runner/server';
import { SEEDED, type Seeded } from './bad-notebooks';
import { Folder, remaining } from './support';

const LIMITS = { timeoutMs: 30_000, outputBytes: 20e6, kernelBytes: 4e9 };

describe('runner: seeded bad notebooks get the verdict they must get', () => {
  const folder = new Folder();
  let server: JupyterServer;

  before(async () => {
    const environment = readEnvironment();
    // A small heap, so that running out of it takes a moment rather than gigabytes.
    const env = { ...environment.env, NODE_OPTIONS: '--max-old-space-size=400' };
    server = await startServer({ environment: { ...environment, env }, rootDir: folder.path });
  });

  after(async () => {
    await server.stop();
    folder.remove();
  });

  async function run(seeded: Seeded): Promise<NotebookResult> {
    const file = folder.write(`${seeded.name.replace(/\W+/g, '-')}.ipynb`, seeded.content);
    const { tasks, rejected } = await planRuns([file], 'as-is', new Map());
    const limits = { ...LIMITS, timeoutMs: seeded.timeoutMs ?? LIMITS.timeoutMs };
    const ran = await runAll(tasks, { server, limits, jobs: 1, signal: new AbortController().signal });
    return [...rejected, ...ran][0];
  }

  it('has at least twenty of them', () => assert.ok(SEEDED.length >= 20));

  for (const seeded of SEEDED) {
    it(`${seeded.name}: ${seeded.verdict}`, async () => {
      const result = await run(seeded);
      const [failure] = result.failures;
      assert.equal(failure?.kind ?? 'passed', seeded.verdict, failure?.message);
      assert.equal(result.status, seeded.verdict === 'passed' ? 'passed' : 'failed');
      if (seeded.cell !== undefined) assert.equal(failure?.cell, seeded.cell - 1, failure?.message);
      if (seeded.says) assert.match([failure?.message, failure?.stderr].join('\n'), seeded.says);
      if (result.executed) assert.deepEqual(parseNotebook(formatNotebook(result.executed)), result.executed);
      assert.deepEqual(
        await remaining(path.join(server.folder as string, 'runtime/kernel-')),
        [],
        'a kernel stays behind',
      );
    });
  }

  it('keeps unicode and replaces bytes that are no text', async () => {
    const text = async (name: string): Promise<string> => {
      const { executed } = await run(SEEDED.find((seeded) => seeded.name === name) as Seeded);
      const [cell] = executed?.cells ?? [];
      const [output] = cell?.cell_type === 'code' ? cell.outputs : [];
      return output?.output_type === 'stream' ? output.text : '';
    };
    assert.equal(await text('unicode'), '日本語 ✓ 👩‍💻 \u2028 e\u0301\n');
    assert.match(await text('binary output'), /^\0\ufffd+\ntrue\n$/);
  });
});
