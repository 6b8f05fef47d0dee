import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { compilerArguments } from '../../lib/inference/setup/compiler-arguments.mjs';
import { SYSTEMS } from '../../lib/inference/setup/systems.mjs';

/** The arguments with other sources: two libraries in place of TensorFlow's, and a program in place of Node. */
describe('the arguments for the compiler', () => {
  let root: string;
  before(function () {
    if (process.platform !== 'linux' || spawnSync('g++', ['--version']).status !== 0) this.skip();
    root = path.join(mkdtempSync(path.join(tmpdir(), 'c-')), `Zoë's "péché", 100% $HOME, #1 & co; 日本`);
    mkdirSync(root);
  });
  after(() => root && rmSync(path.dirname(root), { recursive: true }));

  it('find the libraries when the addon is loaded, whatever stands in their path', () => {
    const write = (name: string, text: string): string => {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    };
    const tensorflow = path.join(root, 'tensorflow');
    const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
    libraries.forEach((name, index) => {
      const source = write(`tensorflow/${index}.cc`, `extern "C" int part_${index}() { return ${index + 41}; }`);
      const soname = `-Wl,-soname,${name}`;
      execFileSync('g++', ['-shared', '-fPIC', soname, source, '-o', path.join(tensorflow, name)]);
    });
    const declared = 'extern "C" { int part_0(); int part_1(); }';
    write('source/tfjs_backend.cc', `${declared} int sum() { return part_0() + part_1(); }`);
    write('source/tfjs_binding.cc', 'int sum(); extern "C" int answer() { return sum(); }');
    const output = path.join(root, 'addon.node');
    const source = path.join(root, 'source');
    const options = { system: SYSTEMS.linux, headers: path.join(root, 'headers'), tensorflow, source, output };
    execFileSync('g++', compilerArguments(options));

    const ask = 'import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).answer())';
    assert.equal(execFileSync('python3', ['-c', ask, output], { encoding: 'utf8' }), '83\n');
  });
});
