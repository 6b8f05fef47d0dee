import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type CodeCell, type Notebook } from 'tslab-runner/ipynb';
import { type Finished, Folder, notebook, processesWith, remaining, runCli } from '../runner/support';
import { describeWith, freePorts, PROGRAMS, PROJECT, RunningServer } from './support/processes';

const TOKEN = 'open-sesame-of-the-tests';

describeWith(['gateway'], 'hub: an Enterprise Gateway', function () {
  this.timeout(120_000);
  const folder = new Folder();
  let gateway: RunningServer;
  let url: string;

  before(async () => {
    const [port] = await freePorts(1);
    url = `http://127.0.0.1:${port}/`;
    cpSync(path.join(PROJECT, '.cache/jupyter/data/kernels/tslab'), path.join(folder.path, 'kernels/tslab'), {
      recursive: true,
    });
    const env = {
      EG_IP: '127.0.0.1',
      EG_PORT: String(port),
      EG_PORT_RETRIES: '0',
      EG_AUTH_TOKEN: TOKEN,
      EG_UNAUTHORIZED_USERS: 'nobody-else', // its default refuses root, who runs tests in containers
      JUPYTER_PATH: folder.path,
      JUPYTER_RUNTIME_DIR: path.join(folder.path, 'runtime'),
    };
    gateway = new RunningServer([PROGRAMS.gateway], { cwd: folder.path, env });
    const headers = { Authorization: `token ${TOKEN}` };
    await gateway.answers(async () => (await fetch(`${url}api`, { headers })).ok);
    folder.write('token', `${TOKEN}\n`);
  });
  after(async () => {
    await gateway?.stop();
    folder.remove();
  });

  const run = (
    cells: string[],
    { args = [], env = {}, kernel = 'tslab' }: { args?: string[]; env?: NodeJS.ProcessEnv; kernel?: string } = {},
  ): Promise<Finished> => {
    const file = folder.write('a.ipynb', notebook(cells, kernel));
    return runCli([file, '--server', url, '--token-file', path.join(folder.path, 'token'), ...args], undefined, env);
  };

  it('runs a notebook with a token from a file, and leaves no kernel', async () => {
    const out = path.join(folder.path, 'out');
    const cells = [
      "console.log('kernel of', process.env.KERNEL_USERNAME, process.env.KERNEL_EXTRA);",
      'const a = 20 + 1;',
      'console.log(a * 2);',
    ];
    const { code, stdout, stderr } = await run(cells, {
      args: ['--out', out],
      env: { KERNEL_USERNAME: 'ada', KERNEL_EXTRA: 'more' },
    });
    assert.equal(code, 0, stdout + stderr + gateway.printed);
    const executed = JSON.parse(readFileSync(path.join(out, 'a.ipynb'), 'utf8')) as Notebook;
    const texts = executed.cells.map((cell) =>
      (cell as CodeCell).outputs.map((output) => ('text' in output ? [output.text].flat().join('') : '')).join(''),
    );
    assert.deepEqual(texts, ['kernel of ada more\n', '', '42\n']);
    assert.deepEqual(await remaining(path.join(folder.path, 'runtime/kernel-')), []);
  });

  it('notices an exception, a kernel that dies, and one that never starts', async () => {
    const failed = await run(['const a: number = 1;', "throw new Error('on purpose');"]);
    assert.equal(failed.code, 1);
    assert.match(failed.stdout, /on purpose/);
    const died = await run(['process.exit(3);']);
    assert.equal(died.code, 1);
    assert.match(died.stdout, /the kernel died/);
    const unknown = await run(['1'], { kernel: 'no-such-kernel' });
    assert.equal(unknown.code, 1);
    assert.match(unknown.stdout, /There is no kernel "no-such-kernel" on this server; there are .*tslab/);
  });

  it('says that a token is wrong, that a user may not, and that the gateway has gone', async () => {
    const file = folder.write('b.ipynb', notebook(['1']));
    const wrong = await runCli([file, '--server', url, '--token', 'not-this']);
    assert.match(wrong.stderr, /refuses the token \(status 40[13]\)\. Check --token or --token-file\./);
    const refused = await run(['1'], { env: { KERNEL_USERNAME: 'nobody-else' } });
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /could not be started: .*'nobody-else' is not authorized/);
    const startedAt = Date.now();
    const running = run(["console.log('begun');", 'await new Promise((r) => setTimeout(r, 60_000));']);
    const kernels = () => processesWith(path.join(folder.path, 'runtime/kernel-'));
    while (kernels().length === 0) await new Promise((r) => setTimeout(r, 100));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    // A gateway that ends interrupts its kernels first, and what they answer may arrive before all is over.
    for (const pid of kernels()) process.kill(pid, 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await gateway.stop();
    const gone = await running;
    assert.equal(gone.code, 1);
    assert.match(
      gone.stdout + gone.stderr,
      /the server at .* (has not answered for 5 s|closed the connection)|the kernel died/,
    );
    assert.ok(Date.now() - startedAt < 45_000, `${Date.now() - startedAt} ms`);
  });
});
