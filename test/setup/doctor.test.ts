import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { deviceFinding, nodeFinding, pythonFinding } from '../../lib/inference/setup/findings.mjs';
import { systemOf } from '../../lib/inference/setup/systems.mjs';
import { formatTable } from '../../lib/inference/setup/table.mjs';

const root = path.resolve(__dirname, '../..');
const system = systemOf('linux');
const here = { home: { prefix: path.join(root, 'no-such-folder') }, plan: { python: ['jupyterlab==4.6.6'], system } };
const commands = { setup: 'set it up', doctor: 'ask the doctor' };

function doctor(env: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, [path.join(root, 'lib/setup/doctor.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

describe('npm run doctor', () => {
  it('ends with 0 here, with a row a part, and says what computes', () => {
    const { status, stdout } = doctor({});
    assert.equal(status, 0, stdout);
    for (const part of ['Node', 'jupyterlab', 'C++ compiler', 'NVIDIA driver', 'Computing device'])
      assert.match(stdout, new RegExp(`^${part.replace(/\+/g, '\\+')} `, 'm'));
  });

  it('ends with 0 without a compiler, and says how to get one', () => {
    const { status, stdout } = doctor({ PATH: '/nowhere', CXX: '' });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^C\+\+ compiler +- .*install g\+\+/m);
  });

  it('is fatal about an old Node, no Python at all, and a backend that does not compute', () => {
    assert.ok(nodeFinding('v18.20.0').fatal);
    assert.ok(!nodeFinding('v20.19.0').fatal);
    assert.ok(pythonFinding(here, undefined).fatal);
    assert.ok(!pythonFinding(here, { program: '/usr/bin/python3', version: '3.12.1' }).fatal);
    assert.ok(
      !pythonFinding({ ...here, plan: { python: [], system } }, undefined).fatal,
      'the library alone needs none',
    );
    assert.ok(deviceFinding({ answer: undefined }, 'cpu', commands).fatal);
  });

  it('is not fatal before anything is installed', () => {
    const finding = deviceFinding(undefined, 'cpu', commands);
    assert.ok(!finding.fatal);
    assert.equal(finding.todo, 'set it up builds it');
  });

  it('says when a card was found but the processor computes', () => {
    const answer = { name: 'tensorflow', device: 'cpu', threads: 2, versions: { tensorflow: '2.21.0' } };
    assert.match(deviceFinding({ answer }, 'cuda', commands).todo, /card is not used/);
    const hidden = deviceFinding({ answer }, 'cuda', commands, { CUDA_VISIBLE_DEVICES: '-1' }).todo;
    assert.equal(hidden, 'the card is not used: CUDA_VISIBLE_DEVICES hides it');
    assert.equal(deviceFinding({ answer: { ...answer, device: 'gpu' } }, 'cuda', commands).todo, '');
  });

  it('says what computes compiled networks where that is another engine', () => {
    const answer = {
      name: 'wasm',
      device: 'cpu',
      threads: 2,
      engine: 'onnxruntime',
      versions: { onnxruntime: '1.30.0' },
    };
    assert.equal(
      deviceFinding({ answer }, 'cpu', commands).found,
      'cpu through wasm (2 threads; onnxruntime 1.30.0), compiled networks by onnxruntime',
    );
    const planned = deviceFinding({ answer: { ...answer, engine: 'plan' } }, 'cpu', commands).found;
    assert.match(planned, /, compiled networks by the same, operation by operation$/);
    const native = { ...answer, name: 'tensorflow', engine: 'tensorflow' };
    assert.doesNotMatch(deviceFinding({ answer: native }, 'cpu', commands).found, /compiled/);
  });

  it('lays its columns out', () => {
    assert.equal(formatTable(['a', 'b'], [['long', '']]), 'a     b\n----  -\nlong');
  });
});
