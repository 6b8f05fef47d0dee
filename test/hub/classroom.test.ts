import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CodeCell, type Notebook } from 'tslab-runner/ipynb';
import { Browser, describeInBrowser } from '../browser/support/chromium';
import { NotebookPage } from '../browser/support/notebook-page';
import { type Finished, Folder, notebook, runCli } from '../runner/support';
import { Hub } from './support/hub';
import { describeWith } from './support/processes';

const PASSWORDS = { ada: 'ada-lovelace-1815', grace: 'grace-hopper-1906' } as const;
type Learner = keyof typeof PASSWORDS;

/** What a kernel knows of itself; the library, its types and its data are found from a learner's folder. */
const LOOK = [
  "import { existsSync, readFileSync } from 'node:fs';",
  "import { models } from 'scalable-inference';",
  "const net = models.create('lenet', { seed: 0 });",
  "const limits = readFileSync('/proc/self/limits', 'utf8');",
  'const bound = (name: string) => Number(new RegExp(`${name} +(\\\\d+)`).exec(limits)?.[1]);',
  'console.log(JSON.stringify({ cwd: process.cwd(), uid: process.getuid!(), layers: [...net.namedParameters()].length,',
  "  data: existsSync('../data'), bytes: bound('Max data size'), processes: bound('Max processes') }));",
].join('\n');

/** What a cell printed on stdout. */
function printed(file: string, cell = 0): string {
  const { outputs } = (JSON.parse(readFileSync(file, 'utf8')) as Notebook).cells[cell] as CodeCell;
  return outputs.map((output) => ('text' in output ? [output.text].flat().join('') : '')).join('');
}

describeWith(['jupyterhub', 'proxy'], 'hub: a class', function () {
  this.timeout(180_000);
  const folder = new Folder();
  let hub: Hub;
  const tokens = {} as Record<Learner, string>;

  before(async () => {
    folder.write('class/learners.txt', '# the first course\nada\ngrace # sits behind\n');
    hub = await Hub.ofClass(path.join(folder.path, 'class'));
  });
  after(async () => {
    await hub?.server.stop();
    folder.remove();
  });

  const run = (
    args: string[],
    token: string,
    onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
  ): Promise<Finished> =>
    runCli([...args, '--hub', hub.url, '--folder', 'notebooks'], onOutput, { JUPYTERHUB_API_TOKEN: token });

  it('lets in whom the list names, each by the first password given, and nobody else', async () => {
    for (const name of ['ada', 'grace'] as const) tokens[name] = await hub.login(name, PASSWORDS[name]);
    const ask = async (name: string, password: string): Promise<number> => {
      const auth = { username: name, password };
      return (await hub.api('POST', `users/${name}/tokens`, { auth }, '')).status;
    };
    assert.equal(await ask('ada', PASSWORDS.grace), 403);
    assert.notEqual(await ask('mallory', 'any-password-will-do'), 201);
    const state = path.join(folder.path, 'class/state');
    assert.equal(statSync(state).mode & 0o777, 0o700, 'passwords and tokens are the Hub user’s alone');
  });

  it('runs a notebook as each learner, with their own token or the teacher’s, and stops what it started', async () => {
    const file = folder.write('look.ipynb', notebook([LOOK]));
    const seen: { cwd: string; uid: number }[] = [];
    for (const [name, token] of [['ada', tokens.ada] as const, ['grace', hub.adminToken] as const]) {
      const out = path.join(folder.path, `out-${name}`);
      const { code, stdout, stderr } = await run([file, '--user', name, '--out', out], token);
      assert.equal(code, 0, stdout + stderr + hub.server.printed);
      assert.doesNotMatch(stdout + stderr, new RegExp(token), 'no secret is printed');
      const found = JSON.parse(printed(path.join(out, 'look.ipynb'))) as (typeof seen)[0];
      assert.deepEqual(
        { ...found, uid: 0 },
        { cwd: `/home/${name}/notebooks`, uid: 0, layers: 10, data: true, bytes: 6 * 2 ** 30, processes: 1024 },
      );
      seen.push(found);
      assert.deepEqual(await hub.running(name), []);
    }
    if (process.getuid?.() === 0) assert.notEqual(seen[0].uid, seen[1].uid, 'users of the system of their own');
  });

  it('shows a learner neither the folder of another nor the class’s secrets, and lets nobody change what is shared', async () => {
    const own = path.join(folder.path, 'class');
    assert.ok((await hub.api('POST', 'users/ada/server')).status <= 202, 'ada is at work beside');
    while (!existsSync(path.join(own, 'learners/ada/notebooks'))) await delay(100);
    writeFileSync(path.join(own, 'learners/ada/notebooks/secret.txt'), 'of ada', { mode: 0o644 });
    const library = require.resolve('scalable-inference/package.json');
    const tries = [
      `readFileSync(${JSON.stringify(path.join(own, 'learners/ada/notebooks/secret.txt'))})`,
      "readFileSync('/home/ada/notebooks/secret.txt')",
      `readFileSync(${JSON.stringify(path.join(own, 'state/teacher.token'))})`,
      `writeFileSync(${JSON.stringify(library)}, '')`,
      "writeFileSync('/usr/bin/added', '')",
      // Two of 3.5 GB are more than a process may have; nothing of them is touched.
      '[Buffer.allocUnsafe(3.5e9), Buffer.allocUnsafe(3.5e9)].length',
    ];
    const cell = [
      "import { readdirSync, readFileSync, writeFileSync } from 'node:fs';",
      'const attempt = (what: () => unknown) => { try { what(); return "worked"; } catch (e) { return (e as any).code ?? (e as Error).message; } };',
      `const results = [${tries.map((text) => `attempt(() => ${text})`).join(', ')}];`,
      "const others = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).map((name) => {",
      "  try { return readFileSync(`/proc/${name}/environ`, 'utf8'); } catch { return ''; } });",
      'const strangers = others.filter((text) => /JUPYTERHUB_USER=ada/.test(text)).length;',
      "console.log(JSON.stringify({ results, homes: readdirSync('/home').filter((name) => name !== 'node_modules'), strangers }));",
    ].join('\n');
    const out = path.join(folder.path, 'out-spy');
    const { code, stdout } = await run([folder.write('spy.ipynb', notebook([cell])), '--out', out], tokens.grace);
    assert.equal(code, 0, stdout);
    const { results, ...seen } = JSON.parse(printed(path.join(out, 'spy.ipynb'))) as { results: string[] };
    assert.deepEqual(seen, { homes: ['grace'], strangers: 0 });
    assert.deepEqual(results.slice(0, 3), ['ENOENT', 'ENOENT', 'ENOENT']);
    assert.deepEqual(
      results.slice(3, 5).map((code) => /EROFS|EACCES/.test(code)),
      [true, true],
      results.join(),
    );
    assert.match(results[5], /allocation failed/i, 'the bound on memory holds');
  });

  it('leaves a server running that ran before, and removes a named one that it made', async () => {
    const file = folder.write('one.ipynb', notebook(['console.log(1);']));
    assert.deepEqual(await hub.running('ada'), ['']);
    const plain = await run([file, '--user', 'ada'], hub.adminToken);
    assert.equal(plain.code, 0, plain.stdout + plain.stderr);
    assert.match(plain.stdout, /the server of "ada" runs already, and is left running/);
    assert.deepEqual(await hub.running('ada'), ['']);
    const named = await run([file, '--user', 'ada', '--server-name', 'grading'], hub.adminToken);
    assert.equal(named.code, 0, named.stdout + named.stderr);
    const answer = await hub.api('GET', 'users/ada?include_stopped_servers');
    assert.deepEqual(Object.keys(((await answer.json()) as { servers: object }).servers), ['']);
  });

  it('says within seconds that a server was stopped in the middle of a cell', async () => {
    const file = folder.write(
      'long.ipynb',
      notebook(["console.log('begun');", 'await new Promise((r) => setTimeout(r, 90_000));']),
    );
    let stoppedAt = 0;
    const { code, stdout } = await run([file, '--user', 'ada'], hub.adminToken, (text) => {
      if (stoppedAt > 0 || !/ok .*1\/2/.test(text)) return;
      stoppedAt = Date.now();
      void hub.api('DELETE', 'users/ada/server');
    });
    assert.equal(code, 1);
    assert.match(stdout, /the JupyterHub stopped the server of "ada" \(culled for being idle, stopped by somebody/);
    assert.ok(Date.now() - stoppedAt < 20_000, `${Date.now() - stoppedAt} ms`);
  });

  for (const [when, sign] of [
    ['as the server starts', /starting the server/],
    ['in a cell', /ok .*1\/2/],
  ] as const) {
    it(`stops the server after Ctrl-C ${when}`, async () => {
      const file = folder.write(
        'long.ipynb',
        notebook(["console.log('begun');", 'await new Promise((r) => setTimeout(r, 90_000));']),
      );
      let sent = false;
      const { code, stdout } = await run([file, '--user', 'grace'], hub.adminToken, (text, kill) => {
        if (sent || !sign.test(text)) return;
        sent = true;
        kill('SIGINT');
      });
      assert.equal(code, 130, stdout);
      assert.deepEqual(await hub.running('grace'), []);
    });
  }

  const REFUSED: [string, () => Promise<string>, RegExp][] = [
    ['a wrong token', async () => 'no-such-token', /refuses the token: it is wrong, has expired or was revoked/],
    [
      'an expired token',
      async () => {
        const token = await hub.login('ada', PASSWORDS.ada, { expires_in: 1 });
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        return token;
      },
      /refuses the token: it is wrong, has expired or was revoked/,
    ],
    [
      'the token of another learner',
      async () => tokens.grace,
      /knows no user "ada", or the token of "grace" may not see/,
    ],
    [
      'a token without the scope to start',
      () => hub.login('ada', PASSWORDS.ada, { scopes: ['read:users!user=ada', 'read:servers!user=ada'] }),
      /The token of "ada" may not start the server of "ada".*it needs the scope servers!user=ada/,
    ],
    [
      'a token without the scope to use',
      () => hub.login('ada', PASSWORDS.ada, { scopes: ['read:users!user=ada', 'servers!user=ada'] }),
      /refuses the token \(status 403\).*it needs the scope access:servers!user=ada/,
    ],
  ];
  for (const [what, tokenOf, words] of REFUSED) {
    it(`says in a sentence what is wrong with ${what}`, async () => {
      const token = await tokenOf();
      const { code, stdout, stderr } = await run([folder.write('one.ipynb', notebook(['1'])), '--user', 'ada'], token);
      assert.equal(code, 1);
      assert.match(stderr, words);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.doesNotMatch(stdout + stderr, new RegExp(token));
      assert.deepEqual(await hub.running('ada'), []);
    });
  }

  describeInBrowser('in a browser', function (chromium) {
    this.timeout(180_000);

    it('a learner logs in, opens the notebook in JupyterLab and runs a cell', async () => {
      const place = path.join(folder.path, 'class/learners/ada/notebooks/mine.ipynb');
      writeFileSync(place, JSON.stringify(notebook(["const name = process.cwd();\nconsole.log('at', name);"])), {
        mode: 0o644,
      });
      const browser = await Browser.open(chromium, path.join(folder.path, 'profile'));
      try {
        const { page } = browser;
        await page.goto(`${hub.url}hub/login`);
        await page.fill('#username_input', 'ada');
        await page.fill('#password_input', PASSWORDS.ada);
        await page.click('#login_submit');
        await page.waitForURL(/\/user\/ada\/lab/, { timeout: 90_000 });
        const lab = new NotebookPage(page);
        await lab.open({ url: `${hub.url}user/ada/`, token: '', name: 'notebooks/mine.ipynb' });
        await lab.run(0);
        assert.match(await lab.output(0).innerText(), /at \/home\/ada\/notebooks/);
        assert.deepEqual(browser.outside, []);
        const answer = await page.goto(`${hub.url}user/grace/lab`);
        assert.ok([403, 404].includes(answer?.status() ?? 0), `another's server: ${answer?.status()}`);
      } finally {
        await browser.close();
      }
    });
  });
});
