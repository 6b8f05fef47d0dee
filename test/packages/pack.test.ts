import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { readJson } from '../../lib/inference/setup/files.mjs';
import { environmentFile } from '../../lib/setup/paths.mjs';
import { compile, install, isOffline, pack, RESOLUTIONS, ROOT } from './pack';

const run = promisify(execFile);
const PACKAGES = ['inference', 'runner', 'jobs', 'workbook'];
const FALLBACK_LINE =
  /^scalable-inference computes without TensorFlow's native engine.*npx scalable-inference setup$/gm;

/** What the examples of the readmes print, in part. */
const README_OUTPUT: Record<string, RegExp> = {
  inference: /^\d{6}\n[\d.]+\n\[ 1, 10 \]\n0\.\d+\n$/,
  runner: /example\.ipynb.*destructuring/,
  jobs: /^\[ 64, 10 \]\n$/,
  workbook: /conv1[\s\S]*bias adds/,
};

/** The packages as they would be published, installed by somebody who has nothing else of this project. */
describe('the packages, packed and installed into an empty folder', function () {
  this.timeout(600_000);
  let temporary: string;
  let folder: string;
  let version: string;
  const packed = new Map<string, string[]>();

  before(async function () {
    temporary = mkdtempSync(path.join(tmpdir(), 'packages-'));
    folder = path.join(temporary, 'project');
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
    );
    const tarballs: string[] = [];
    for (const name of PACKAGES) {
      const { tarball, files } = await pack(name, temporary);
      tarballs.push(tarball);
      packed.set(name, files);
    }
    try {
      await install(folder, tarballs);
    } catch (error) {
      if (!isOffline(error)) throw error;
      this.test!.parent!.title += " (npm's registry could not be reached)";
      this.skip();
    }
    for (const name of readdirSync(path.join(__dirname, 'consumer')))
      copyFileSync(path.join(__dirname, 'consumer', name), path.join(folder, name));
    for (const name of PACKAGES) writeFileSync(path.join(folder, `readme-${name}.ts`), exampleOf(name));
    ({ version } = JSON.parse(readFileSync(path.join(ROOT, 'lib/inference/package.json'), 'utf8')) as {
      version: string;
    });
  });
  after(() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 }));

  /** Runs a program in the folder as its user would, without the variables of the tests. */
  function start(args: string[], more: Record<string, string> = {}): Promise<{ stdout: string; stderr: string }> {
    const { PATH, HOME, LANG, PIP_CACHE_DIR, PIP_INDEX_URL, PIP_CONFIG_FILE } = process.env;
    const own = {
      EXPECTED_VERSION: version,
      TMPDIR: temporary,
    };
    const env = { PATH, HOME, LANG, PIP_CACHE_DIR, PIP_INDEX_URL, PIP_CONFIG_FILE, ...own, ...more };
    return run(process.execPath, args, { cwd: folder, env });
  }

  for (const name of PACKAGES) {
    it(`${name}: holds its licence, its readme and its changes, and nothing that is of no use elsewhere`, () => {
      const files = packed.get(name)!;
      for (const needed of ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json', 'dist/index.js', 'dist/index.d.ts'])
        assert.ok(files.includes(needed), needed);
      const useless = files.filter((file) => /\.map$|tsbuildinfo|\/src\/|\.test\./.test(file));
      assert.deepEqual(useless, []);
    });
  }

  for (const resolution of Object.keys(RESOLUTIONS) as (keyof typeof RESOLUTIONS)[]) {
    it(`give their types to a TypeScript program that resolves modules as ${resolution}`, () => {
      assert.deepEqual(compile(folder, resolution, path.join(folder, 'out', resolution)), []);
      // What is compiled to CommonJS lies in a package that is a module.
      if (resolution === 'Node10') writeFileSync(path.join(folder, 'out/Node10/package.json'), '{"type":"commonjs"}');
    });
  }

  it('say in one line that the fallback computes, and what to do; every room works with it', async () => {
    for (const resolution of ['Node16', 'Bundler', 'Node10']) {
      const { stdout, stderr } = await start([`out/${resolution}/library.js`]);
      assert.equal(stdout.trim(), 'wasm', resolution);
      assert.equal(stderr.match(FALLBACK_LINE)?.length, 1, stderr);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });

  for (const name of PACKAGES) {
    it(`${name}: the example of its readme runs`, async () => {
      const { stdout } = await start([`out/Node16/readme-${name}.js`]);
      assert.match(stdout, README_OUTPUT[name]);
    });
  }

  it('run a notebook, in a kernel that finds them, and everything else of the runner and the workbook', async () => {
    const { python } = readJson(environmentFile()) as { python: string };
    const runs = await Promise.all([
      start(['out/Node16/notebooks.js'], { JUPYTER_PYTHON: python }),
      start(['out/Node10/notebooks.js']),
    ]);
    for (const { stdout } of runs) assert.equal(stdout.trim().split('\n').at(-1), 'every room answers');
  });

  it('build the native engine with "npx scalable-inference setup", once, and then compute with it', async function () {
    const npx = (command: string) => start([npxProgram(), '--no-install', 'scalable-inference', command]);
    const before = await npx('doctor');
    assert.match(before.stdout, /^TensorFlow addon.*not built.*npx scalable-inference setup builds it$/m);
    const first = await npx('setup');
    if (/wheel could not be installed/.test(first.stdout) && isOffline(readLog(folder, 'tensorflow.log'))) {
      this.test!.title += ' (PyPI could not be reached)';
      return this.skip();
    }
    assert.match(
      first.stdout,
      /^Set up in .*: cpu through tensorflow|^Set up in .*: gpu through tensorflow/m,
      first.stdout,
    );
    assert.match((await npx('setup')).stdout, /^Everything is in place: .* through tensorflow/m);
    assert.match((await npx('doctor')).stdout, /^Computing device +[cg]pu through tensorflow .*ok$/m);
    const { stdout, stderr } = await start(['out/Node16/library.js']);
    assert.equal(stdout.trim(), 'tensorflow');
    assert.doesNotMatch(stderr, /scalable-inference/);
    assert.deepEqual(readdirSync(path.join(folder, '.cache')), ['scalable-inference']);
  });

  const npxProgram = (): string =>
    path.join(
      path.dirname(spawnSync('npm', ['root', '-g'], { encoding: 'utf8' }).stdout.trim()),
      'node_modules/npm/bin/npx-cli.js',
    );

  it('refuse an unknown command with a sentence and status 1', async () => {
    const cli = path.join(folder, 'node_modules/scalable-inference/setup/cli.mjs');
    const error = (await start([cli, 'setpu']).catch((reason: unknown) => reason)) as { code: number; stderr: string };
    assert.equal(error.code, 1);
    assert.match(error.stderr, /^Expected setup, doctor, exec, .*; got "setpu"\.\n$/);
    assert.equal((await start([cli, '--version'])).stdout, `${version}\n`);
  });
});

/** The TypeScript in the readme of a package. */
function exampleOf(name: string): string {
  const [, example] =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(path.join(ROOT, 'lib', name, 'README.md'), 'utf8')) ?? [];
  assert.ok(example, `the readme of ${name} shows no example`);
  return example;
}

const readLog = (folder: string, name: string): string => {
  const file = path.join(folder, '.cache/scalable-inference', name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};
