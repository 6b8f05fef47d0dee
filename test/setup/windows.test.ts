import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { discoverEnvironment } from 'tslab-runner/server';
import { startable } from '../../lib/inference/setup/startable.mjs';
import { SYSTEMS } from '../../lib/inference/setup/systems.mjs';
import { npmCommand } from '../../lib/setup/npm.mjs';
import { publishedUrl } from '../../lib/runner/dist/server/ready.js';
import { socketPath } from '../../lib/runner/dist/server/warm/pool.js';

/** What Windows' command interpreter makes of a line without quotes of its own: a caret hides the next character. */
const interpret = (line: string): string => line.replace(/\^(.)/gs, '$1');

/** How a Windows program splits its command line (the rules of Microsoft's C library). */
function split(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let inQuotes = false;
  for (let i = 0; i < line.length;) {
    const slashes = /^\\*/.exec(line.slice(i))![0].length;
    const quote = line[i + slashes] === '"';
    if (slashes > 0) {
      word = (word ?? '') + '\\'.repeat(quote ? Math.floor(slashes / 2) : slashes);
      i += slashes;
      if (!quote || slashes % 2 === 0) continue;
      word += '"';
      i++;
    } else if (quote) {
      word ??= '';
      inQuotes = !inQuotes;
      i++;
    } else if (line[i] === ' ' && !inQuotes) {
      if (word !== undefined) words.push(word);
      word = undefined;
      i++;
    } else {
      word = (word ?? '') + line[i++];
    }
  }
  return word === undefined ? words : [...words, word];
}

/** Tried as data: nothing here runs on Windows. */
describe('on Windows', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'windows-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function put(name: string, content = ''): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, 0o755);
    return file;
  }

  const HARD = [
    'plain',
    '',
    'a b',
    'a"b',
    'C:\\dir\\',
    'a\\"b',
    'x & del y',
    '100%',
    '%PATH%',
    'a^b',
    '<|>',
    'é 日本',
    '\\\\',
  ];

  it('a batch file is started through the command interpreter and gets its arguments as they were', () => {
    const file = put('with space/npm.cmd');
    const env = { PATH: path.dirname(file), ComSpec: 'C:\\Windows\\System32\\cmd.exe' };
    const { program, args, options } = startable('npm', HARD, env, SYSTEMS.win32);
    assert.equal(program, env.ComSpec);
    assert.deepEqual(options, { windowsVerbatimArguments: true });
    assert.deepEqual(args.slice(0, 3), ['/d', '/s', '/c']);
    const line = /^"(.*)"$/s.exec(args[3])?.[1] ?? '';
    const started = interpret(line);
    assert.equal(split(started)[0], file);
    // The batch file hands what follows its own name on, to be read once more.
    assert.deepEqual(split(interpret(started.slice(file.length + 3))), HARD);
  });

  it('nothing that the interpreter would act on stands free in its line', () => {
    put('npm.cmd');
    const { args } = startable('npm', HARD, { PATH: folder }, SYSTEMS.win32);
    assert.doesNotMatch(args[3].slice(1, -1).replace(/\^./gs, ''), /[&|<>%"()!]/);
  });

  it('a program is started as it is', () => {
    const file = put('node.exe');
    assert.deepEqual(startable('node', HARD, { PATH: folder }, SYSTEMS.win32), {
      program: file,
      args: HARD,
      options: {},
    });
    const shell = put('run.cmd');
    assert.equal(startable(shell, [], { PATH: folder }, SYSTEMS.linux).program, shell);
    assert.equal(startable('nowhere', [], { PATH: folder }, SYSTEMS.win32).program, 'nowhere');
  });

  it('npm is run by Node, wherever it lies', () => {
    const windows = put('nodejs/node_modules/npm/bin/npm-cli.js');
    const node = path.join(folder, 'nodejs/node.exe');
    assert.deepEqual(npmCommand({ PATH: '' }, { node, system: SYSTEMS.win32 }), [node, windows]);

    const unix = put('usr/lib/node_modules/npm/bin/npm-cli.js');
    const other = path.join(folder, 'usr/bin/node');
    assert.deepEqual(npmCommand({ PATH: '' }, { node: other, system: SYSTEMS.linux }), [other, unix]);

    put('roaming/npm.cmd');
    const newer = put('roaming/node_modules/npm/bin/npm-cli.js');
    const elsewhere = path.join(folder, 'bare/node.exe');
    const search = { PATH: path.join(folder, 'roaming') };
    assert.deepEqual(npmCommand(search, { node: elsewhere, system: SYSTEMS.win32 }), [elsewhere, newer]);
    const started = { ...search, npm_execpath: unix };
    assert.deepEqual(npmCommand(started, { node: elsewhere, system: SYSTEMS.win32 }), [elsewhere, unix]);
    const byYarn = { ...search, npm_execpath: put('yarn.js') };
    assert.deepEqual(npmCommand(byYarn, { node: elsewhere, system: SYSTEMS.win32 }), [elsewhere, newer]);
  });

  it('npm that is a batch file alone, or not there, is one clear error', () => {
    put('npm.cmd');
    for (const PATH of [folder, path.join(folder, 'nothing')])
      assert.throws(
        () => npmCommand({ PATH }, { node: path.join(folder, 'x/node.exe'), system: SYSTEMS.win32 }),
        /^Error: npm was not found on the PATH\. .*install it and run this again\.$/,
      );
  });

  it("the runner's pool of kernels is reached through a pipe, elsewhere through a file", () => {
    assert.match(socketPath(path.join(folder, 'tslab-runner-1'), 'win32'), /^\\\\\.\\pipe\\tslab-runner-1-[\w-]+$/);
    assert.equal(socketPath(folder, 'darwin'), path.join(folder, 'kernels.sock'));
  });

  it('a server is found by its file, whatever process of it wrote that', async () => {
    assert.equal(await publishedUrl(folder), undefined);
    put('jpserver-4242-open.html');
    put('jpserver-4242.json', '{ "url": "http://127.0.0.1:1/" }');
    assert.equal(await publishedUrl(folder), 'http://127.0.0.1:1/');
  });

  it('the runner finds a Jupyter server and tslab by their endings', () => {
    put('jupyter-server.exe', '#!/bin/sh\nexit 0\n');
    put('tslab.cmd');
    put('node_modules/tslab/package.json', '{ "bin": { "tslab": "bin/tslab" } }');
    const tslab = put('node_modules/tslab/bin/tslab');
    const found = discoverEnvironment({ folders: [tmpdir()], searchPath: folder, platform: 'win32' });
    assert.deepEqual(found.serverCommand, [path.join(folder, 'jupyter-server.exe')]);
    assert.equal(found.kernelSpec?.argv[1], realpathSync(tslab));
    assert.throws(
      () => discoverEnvironment({ folders: [tmpdir()], searchPath: folder, platform: 'linux' }),
      /^Error: Expected a Jupyter server/,
    );
  });
});
