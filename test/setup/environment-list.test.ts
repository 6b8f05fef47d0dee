import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ENGINE_LIST } from '../../lib/inference/setup/machine.mjs';
import { compareVersions, inRange } from '../../lib/inference/setup/versions.mjs';
import { parseEnvironmentList } from '../../lib/setup/environment-list.mjs';

const root = path.resolve(__dirname, '../..');

describe('parseEnvironmentList', () => {
  it("reads the project's list: a Python range and pinned packages", () => {
    const list = parseEnvironmentList(readFileSync(path.join(root, 'environment.yml'), 'utf8'));
    assert.equal(list.python, '>=3.10,<3.14');
    for (const requirement of [...list.conda, ...list.pip]) assert.match(requirement, /^[\w.-]+==\d[\w.]*$/);
    assert.ok(list.conda.some((requirement) => requirement.startsWith('jupyterlab==')));
    assert.ok(list.pip.some((requirement) => requirement.startsWith('tensorflow-cpu==')));
  });

  it('asks for the same Python and TensorFlow as the library by itself', () => {
    const list = parseEnvironmentList(readFileSync(path.join(root, 'environment.yml'), 'utf8'));
    assert.equal(ENGINE_LIST.python, list.python);
    for (const requirement of ENGINE_LIST.pip) assert.ok(list.pip.includes(requirement), requirement);
  });

  it("turns conda's notation into pip's and leaves out what only conda brings", () => {
    const list = parseEnvironmentList(
      [
        'name: x # a comment',
        'dependencies:',
        '  - python>=3.11',
        '  - nodejs>=20',
        '  - cxx-compiler',
        '  - a=1.0 # why',
        '  - pip',
        '  - pip:',
        '      - b==2.1',
        '  - c=3',
      ].join('\n'),
    );
    assert.deepEqual(list, { name: 'x', python: '>=3.11', conda: ['a==1.0', 'c==3'], pip: ['b==2.1'] });
  });

  it('names the line of a package without a version', () => {
    assert.throws(
      () => parseEnvironmentList('dependencies:\n  - jupyterlab'),
      /environment\.yml:2: expected a pinned "name=version", got "jupyterlab"/,
    );
  });

  it('refuses a list without packages', () => {
    assert.throws(() => parseEnvironmentList('name: x'), /expected a "dependencies:" list/);
  });
});

describe('versions', () => {
  it('compares numbers, not texts', () => {
    assert.ok(compareVersions('v20.9.0', '20.19') < 0);
    assert.equal(compareVersions('3.10', '3.10.0'), 0);
  });

  it('keeps both ends of a range', () => {
    const inside = (version: string) => inRange(version, '>=3.10,<3.14');
    assert.deepEqual(['3.9.18', '3.10.0', '3.13.9', '3.14.0'].map(inside), [false, true, true, false]);
  });
});
