import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { addonFile, addonStep } from '../../lib/inference/setup/steps/addon.mjs';
import { tensorflowStep } from '../../lib/inference/setup/steps/tensorflow.mjs';
import { planFor } from '../../lib/inference/setup/plan.mjs';

const list = { name: 'x', python: '>=3.10', conda: [], pip: ['tensorflow-cpu==2.21.0'] };

/** A project folder of empty files, in which every download fails: what a closed network looks like. */
describe('the addon where it cannot be built', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'addon-'));
    write('node_modules/@tensorflow/tfjs-node-gpu/package.json', '{}');
    write('node_modules/node-api-headers/package.json', '{}');
    write('node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_backend.cc', '');
    write('node_modules/@tensorflow/tfjs-node-gpu/scripts/install.js', 'process.exit(1)');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(name: string, content: string): string {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  function machine(compiler: string | undefined) {
    const host = {
      platform: 'linux',
      arch: 'x64',
      node: 'v24.0.0',
      glibc: '2.39',
      processors: 2,
      memoryBytes: 2 ** 34,
    };
    const plan = planFor({ ...host, cards: [], compiler, list });
    const home = { prefix: path.join(root, '.venv'), own: true };
    const commands = { setup: 'set it up', doctor: 'ask the doctor' };
    return {
      root,
      env: { PATH: '/usr/bin:/bin' },
      host,
      list,
      cards: [],
      compiler,
      plan,
      home,
      packagesOf: root,
      commands,
    };
  }

  function addWheel(): void {
    const folder = '.venv/lib/python3.12/site-packages';
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/c_api.h'])
      write(`${folder}/tensorflow/${name}`, '');
    write(`${folder}/tensorflow_cpu-2.21.0.dist-info/METADATA`, '');
    write('.venv/bin/python', '');
  }

  it('falls back to WebAssembly in one line when there is no compiler', async () => {
    const wheel = await tensorflowStep(machine(undefined)).run();
    assert.ok(wheel?.fellBack);
    const result = await addonStep(machine(undefined)).run();
    assert.ok(result?.fellBack);
    assert.match(
      result.note,
      /^Not built \(no C\+\+ compiler .* was found: install g\+\+ .*\), .*computing with WebAssembly/,
    );
    assert.ok(!result.note.includes('\n'));
  });

  it('falls back when the wheel is missing, and says so', async () => {
    const result = await addonStep(machine('/usr/bin/false')).run();
    assert.match(result?.note ?? '', /^Not built \(the libraries of tensorflow-cpu==2\.21\.0 are not there\)/);
  });

  it('falls back when the compiler fails, and leaves no half-written addon', async () => {
    addWheel();
    const compiler = write('bad-compiler', '#!/bin/sh\necho "fatal error: no such header"; exit 1\n');
    chmodSync(compiler, 0o755);
    const result = await addonStep(machine(compiler)).run();
    assert.match(result?.note ?? '', /^Not built \(bad-compiler .* ended with status 1\)/);
    assert.ok(!existsSync(addonFile({ packagesOf: root }) ?? ''));
  });

  it('needs no compiler for a wheel that is there', async () => {
    addWheel();
    const step = tensorflowStep(machine(undefined));
    assert.ok(step.intact());
    assert.ok(!(await step.run())?.fellBack);
  });

  it('does not take a wheel that was cut off for a whole one', () => {
    addWheel();
    write('.venv/.tensorflow-unfinished', '');
    assert.ok(!tensorflowStep(machine('/usr/bin/g++')).intact());
  });
});
