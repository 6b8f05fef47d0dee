import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';

import { readNotebook } from 'tslab-runner/ipynb';
import { findIsolation } from 'tslab-runner/server';

import { serve, withServer } from '../support/bad-server';
import { Folder, notebook, processesWith, runCli } from './support';

const ROOT = path.resolve(__dirname, '../..');

/** What each cell tries; it prints `held` or what it got. */
const ATTACKS: Readonly<Record<string, string>> = {
  'reads a password file': `show(() => fs.readFileSync('/etc/shadow', 'utf8').length);`,
  "reads the teacher's notebook": `show(() => fs.readFileSync(process.cwd() + '/secret.ipynb', 'utf8').length);`,
  'reads the history': `show(() => fs.readdirSync(${JSON.stringify(path.join(ROOT, '.git'))}).length);`,
  'reads the sources of answers': `show(() => fs.readdirSync(${JSON.stringify(path.join(ROOT, 'lib', 'workbook', 'src'))}).length || undefined);`,
  'reads them by their package': `show(() => fs.readFileSync(${JSON.stringify(path.join(ROOT, 'node_modules/scalable-inference-workbook/src/course/index.ts'))}).length);`,
  'reads a home folder': `show(() => fs.readdirSync('/root').length);`,
  'writes into the library': `show(() => fs.writeFileSync(${JSON.stringify(path.join(ROOT, 'lib', 'poison.txt'))}, 'x'));`,
  'writes into the packages': `show(() => fs.writeFileSync(${JSON.stringify(path.join(ROOT, 'node_modules', 'poison.txt'))}, 'x'));`,
  'writes beside the notebook': `show(() => { fs.writeFileSync('written.txt', 'x'); return undefined; });`,
  'knows the token': `show(() => process.env.JUPYTER_TOKEN ?? process.env.JUPYTER_RUNTIME_DIR);`,
  'knows a secret of the environment': `show(() => process.env.MY_CI_SECRET);`,
  'sees other processes': `show(() => fs.readdirSync('/proc').filter((name) => Number(name) > 20).length || undefined);`,
  'ends its parent': `show(() => { try { process.kill(process.ppid, 'SIGKILL'); } catch {} return undefined; });`,
  'reaches the network': `await new Promise<void>((resolve) => net.connect(80, '192.0.2.1').on('error', () => { console.log('held'); resolve(); }).on('connect', () => { console.log('connected'); resolve(); }));`,
  'reaches loopback': `await new Promise<void>((resolve) => net.connect(22, '127.0.0.1').on('error', () => { console.log('held'); resolve(); }).on('connect', () => { console.log('connected'); resolve(); }));`,
  'fills the temporary folder': `show(() => { const block = Buffer.alloc(64e6, 1); for (let at = 0; at < 20; at++) fs.appendFileSync('/tmp/fill', block); return 'filled'; });`,
  'leaves a process': `processes.spawn('sleep', ['31415'], { detached: true, stdio: 'ignore' }).unref(); console.log('held');`,
};

const SHOW = `import * as fs from 'fs';
import * as net from 'net';
import * as processes from 'child_process';
function show(attack: () => unknown): void {
  let got: unknown;
  try { got = attack(); } catch (error) { console.log('held', (error as Error).message.slice(0, 60)); return; }
  console.log(got === undefined ? 'held' : 'GOT ' + String(got).slice(0, 60));
}`;

const search = findIsolation({ readable: [] });

describe('runner: isolation', function () {
  this.timeout(120_000);
  const folder = new Folder();
  before(function () {
    if ('missing' in search) {
      console.log(`      skipped: ${search.missing}`);
      this.skip();
    }
  });
  after(() => folder.remove());

  it('keeps a hostile notebook away from everything else', async () => {
    folder.write('secret.ipynb', notebook(['1;']));
    const file = folder.write('hostile.ipynb', notebook([SHOW, ...Object.values(ATTACKS)]));
    const { code, stdout } = await runCli([file, '--isolate', '--out', `${folder.path}/out`], undefined, {
      MY_CI_SECRET: 's3cret',
    });
    assert.match(stdout, /Isolated: each notebook in a sandbox/);
    assert.equal(code, 0, stdout);
    const { cells } = await readNotebook(path.join(folder.path, 'out', 'hostile.ipynb'));
    const printed = cells
      .slice(1)
      .map((cell) => (cell.cell_type === 'code' ? cell.outputs.map((o) => ('text' in o ? o.text : '')).join('') : ''));
    Object.keys(ATTACKS).forEach((name, index) => assert.match(printed[index], /^held/, `${name}: ${printed[index]}`));
    for (const name of ['lib/poison.txt', 'node_modules/poison.txt']) {
      const poison = path.join(ROOT, name);
      if (existsSync(poison)) rmSync(poison);
      else continue;
      assert.fail(`${name} was written`);
    }
    assert.equal(existsSync(path.join(folder.path, 'written.txt')), false);
    assert.deepEqual(processesWith('31415'), []);
  });

  it('computes inside, interrupts a cell that hangs, bounds the memory of all it starts', async () => {
    const good = folder.write(
      'good.ipynb',
      notebook([
        `import * as fs from 'fs';
import * as net from 'net';
import * as processes from 'child_process';
import { createRequire } from 'module';
const si = createRequire(${JSON.stringify(path.join(ROOT, 'package.json'))})('scalable-inference') as any;
await si.backend.ready();
const network = si.models.create('lenet');
console.log(network.constructor.name);`,
      ]),
    );
    const hangs = folder.write('hangs.ipynb', notebook(['await new Promise(() => setTimeout(() => undefined, 1e6));']));
    const eats = folder.write(
      'eats.ipynb',
      notebook([
        `import * as fs from 'fs';
import * as net from 'net';
import * as processes from 'child_process';
processes.spawn(process.execPath, ['-e', 'const b = []; for (let i = 0; i < 14; i++) b.push(Buffer.alloc(1e8, 1)); setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
await new Promise((resolve) => setTimeout(resolve, 20_000));`,
      ]),
    );
    const limits = ['--timeout', '25', '--memory', '1.2'];
    const report = path.join(folder.path, 'report.json');
    const { stdout } = await runCli([good, hangs, eats, '--isolate', ...limits, '--json', report]);
    const { runs } = JSON.parse(readFileSync(report, 'utf8')) as { runs: { failures: { kind: string }[] }[] };
    assert.deepEqual(
      runs.map(({ failures }) => failures.map(({ kind }) => kind)),
      [[], ['timeout'], ['memory-limit']],
      stdout,
    );
  });

  it('runs in any temporary folder that is short enough for sockets, and says so of longer ones', async () => {
    const file = folder.write('short.ipynb', notebook(["console.log('in');"]));
    // The bytes that are left beside the server's own name, as `bytesTooLong` counts them.
    const longest =
      103 - Buffer.byteLength('/runtime/kernel-12345678-1234-1234-1234-123456789012-ipc-5') - '/tslab-runner-'.length;
    const base = mkdtempSync('/tmp/s');
    const run = (length: number) => {
      const temporary = path.join(base, 'x'.repeat(Math.max(1, length - base.length - 1)));
      mkdirSync(temporary, { recursive: true });
      return runCli([file, '--isolate'], undefined, { TMPDIR: temporary });
    };
    // A process's number takes one to five of its digits, six more and a dash follow.
    const works = await run(longest - 12);
    assert.equal(works.code, 0, works.stdout + works.stderr);
    for (const length of [longest - 6, 60, 150]) {
      const { code, stderr } = await run(length);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^Kernels cannot be isolated in \/tmp\/s\S+: sockets would lie there whose paths are \d+ bytes too long\. Name a shorter folder in TMPDIR, or give isolation up \(--no-isolate\)\.\n$/,
      );
    }
    rmSync(base, { recursive: true });
  });

  it('finds data sets inside that were fetched outside before, and says what could not be', async () => {
    const files = new Map<string, Buffer>(
      ['train', 't10k'].flatMap((split, at) => [
        [`${split}-images-idx3-ubyte.gz`, idx([2 + at, 28, 28])] as [string, Buffer],
        [`${split}-labels-idx1-ubyte.gz`, idx([2 + at])] as [string, Buffer],
      ]),
    );
    const sums = [...files].map(([name, data]) => `${name}=${createHash('md5').update(data).digest('hex')}`).join();
    const asking = notebook([
      `import { createRequire } from 'module';
const si = createRequire(${JSON.stringify(path.join(ROOT, 'package.json'))})('scalable-inference') as any;`,
      "const set = await si.datasets.mnist({ split: 'test', fallback: 'generated', onNotice: (line: string) => console.log(line) });\nconsole.log(set.name, set.count);",
    ]);
    const data = path.join(folder.path, 'data');
    const run = async (url: string): Promise<{ stdout: string; printed: string }> => {
      const out = path.join(folder.path, 'asked');
      const file = folder.write('asking.ipynb', asking);
      const { stdout } = await runCli([file, '--isolate', '--out', out], undefined, {
        SCALABLE_INFERENCE_DATA: data,
        SCALABLE_INFERENCE_MNIST_URL: url,
        SCALABLE_INFERENCE_MNIST_MD5: sums,
      });
      const cell = (await readNotebook(path.join(out, 'asking.ipynb'))).cells[1];
      return { stdout, printed: JSON.stringify(cell) };
    };
    const without = await run('http://127.0.0.1:9/none');
    assert.match(without.stdout, /Data: mnist could not be prepared: .*train-images-idx3-ubyte\.gz/);
    assert.match(without.printed, /generated pictures take its place/);
    await withServer(
      (request, response) => serve(files.get(path.basename(request.url ?? '')) ?? Buffer.alloc(0), request, response),
      async (url) => {
        const { stdout, printed } = await run(url);
        assert.doesNotMatch(stdout, /could not be prepared/);
        assert.match(printed, /MNIST test 3/);
      },
    );
  });
});

/** A file of MNIST's kind: its shape, then bytes of 0 to 9. */
function idx(shape: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  shape.forEach((size, at) => head.writeUInt32BE(size, 4 + 4 * at));
  const count = shape.reduce((product, size) => product * size, 1);
  return gzipSync(Buffer.concat([head, Buffer.from(Array.from({ length: count }, (_, at) => at % 10))]));
}
