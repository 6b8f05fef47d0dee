import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { type CodeCell, type Notebook, parseNotebook } from 'tslab-runner/ipynb';
import { readEnvironment } from 'tslab-runner/server';
import { Folder, notebook } from './support';

const ROOT = path.resolve(__dirname, '../..');
const PACKAGE = path.join(ROOT, 'lib/runner');

/** A project of somebody else: the runner's package as npm would lay it out, its dependencies, tslab where wanted. */
class Project extends Folder {
  constructor({ tslab }: { tslab: boolean }) {
    super();
    const modules = path.join(this.path, 'node_modules');
    const own = path.join(modules, 'tslab-runner');
    mkdirSync(path.join(modules, '.bin'), { recursive: true });
    for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
      const left = ['tslab-runner', 'scalable-inference', 'scalable-inference-workbook', ...(tslab ? [] : ['tslab'])];
      if (name.startsWith('.') || left.includes(name)) continue;
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
    }
    cpSync(path.join(PACKAGE, 'dist'), path.join(own, 'dist'), { recursive: true });
    cpSync(path.join(PACKAGE, 'package.json'), path.join(own, 'package.json'));
    const { bin } = JSON.parse(readFileSync(path.join(own, 'package.json'), 'utf8')) as { bin: Record<string, string> };
    const program = path.join(own, bin['tslab-runner']);
    chmodSync(program, 0o755);
    symlinkSync(path.relative(path.join(modules, '.bin'), program), path.join(modules, '.bin/tslab-runner'));
  }

  /** Runs the package's program in the project, with nothing but Node and what `searchPath` names in PATH. */
  run(
    args: readonly string[],
    { searchPath = [], env = {} }: { searchPath?: string[]; env?: NodeJS.ProcessEnv } = {},
  ): SpawnSyncReturns<string> {
    const { JUPYTER_PATH: _path, JUPYTER_DATA_DIR: _data, NODE_PATH: _modules, ...inherited } = process.env;
    return spawnSync('node_modules/.bin/tslab-runner', [...args], {
      cwd: this.path,
      encoding: 'utf8',
      env: { ...inherited, PATH: [path.dirname(process.execPath), ...searchPath].join(path.delimiter), ...env },
    });
  }
}

const twoCells = (): Notebook => notebook(["const greeting: string = 'hello';", 'console.log(greeting.length * 2);']);

describe('runner: in a project of its own, outside the workbook', function () {
  this.timeout(120_000);
  const python = path.dirname(readEnvironment().serverCommand[0]);
  const bare = path.join(tmpdir(), `runner-bare-${process.pid}`);
  let project: Project;
  let without: Project;

  before(() => {
    project = new Project({ tslab: true });
    without = new Project({ tslab: false });
    // A PATH with Node alone: where Node lies, other programs may lie too.
    mkdirSync(bare);
    symlinkSync(process.execPath, path.join(bare, 'node'));
    for (const each of [project, without]) each.write('greeting.ipynb', twoCells());
  });
  after(() => {
    for (const folder of [project.path, without.path, bare]) rmSync(folder, { recursive: true, force: true });
  });

  it('finds the server in PATH and tslab beside the notebook, and leaves nothing behind', () => {
    const temporary = path.join(project.path, 'tmp');
    mkdirSync(temporary);
    const { status, stdout, stderr } = project.run(['--out', 'done'], {
      searchPath: [python],
      env: { TMPDIR: temporary },
    });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /PASSED greeting: 2 cells/);
    const executed = parseNotebook(readFileSync(path.join(project.path, 'done/greeting.ipynb'), 'utf8'), 'done');
    const [output] = (executed.cells[1] as CodeCell).outputs;
    assert.deepEqual(output, { output_type: 'stream', name: 'stdout', text: '10\n' });
    assert.deepEqual(readdirSync(temporary), []);
  });

  it('resolves tslab through NODE_PATH where the project has none', () => {
    const env = { NODE_PATH: path.join(ROOT, 'node_modules') };
    const { status, stdout, stderr } = without.run(['greeting.ipynb'], { searchPath: [python], env });
    assert.equal(status, 0, stdout + stderr);
  });

  it('says in one line what is missing', () => {
    const missing = (who: Project, env: NodeJS.ProcessEnv = {}): [number | null, string] => {
      const { status, stderr } = who.run(['greeting.ipynb'], { searchPath: [python], env });
      return [status, stderr];
    };
    const [noServer, noKernel] = [missing(project, { PATH: bare }), missing(without)];
    assert.match(noServer[1], /^Expected a Jupyter server: .*Install it \("pip install jupyter-server"\).*\n$/);
    assert.match(
      noKernel[1],
      /^Expected the kernel tslab: .*Install it beside the notebooks \("npm install tslab"\)\.\n$/,
    );
    assert.deepEqual([noServer[0], noKernel[0]], [1, 1]);
  });
});
