import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const EMPTY_MODEL = 'InferenceSession.create(new Uint8Array(3)).catch(() => undefined)';

/** Official builds of onnxruntime report to their maker by default, with a log and a database that stay. */
describe('onnxruntime', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'telemetry-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a program leaves in a temporary folder and a home of its own; no proxy there, so that nothing gets out. */
  function leftBy(script: string): string[] {
    const home = path.join(folder, 'home');
    mkdirSync(home);
    const { PATH } = process.env;
    const nowhere = 'http://127.0.0.1:9';
    const quiet = { TF_CPP_MIN_LOG_LEVEL: '2' };
    const env = { PATH, ...quiet, TMPDIR: folder, HOME: home, https_proxy: nowhere, HTTPS_PROXY: nowhere };
    execFileSync(process.execPath, ['-e', script], { cwd: ROOT, env });
    return readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name !== 'home')
      .sort();
  }

  it('reports nothing and leaves nothing when the library loads it', () => {
    const script = `const { models, onnx, tf } = require('scalable-inference');
      const net = models.create('lenet', { seed: 0 }).eval();
      (async () => {
        const file = require('node:path').join(process.env.HOME, 'lenet.onnx');
        await onnx.export(net, [1, 28, 28, 1], file);
        const session = await onnx.load(file);
        await session.run(tf.ones([1, 28, 28, 1]));
        await session.dispose();
        await onnx.kernels(file);
        if (process.env.ORT_DISABLE_TELEMETRY !== '1') process.exit(1);
      })();`;
    assert.deepEqual(leftBy(script), ['home/lenet.onnx']);
  });

  it('leaves its log where nobody tells it not to', function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
    const left = leftBy(`require('onnxruntime-node').${EMPTY_MODEL}`);
    assert.ok(
      left.some((name) => name.startsWith('mat-debug-')),
      left.join(', '),
    );
  });
});
