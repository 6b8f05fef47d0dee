import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { redisProgram, TestRedis } from './support/redis';

const ROOT = path.resolve(__dirname, '../..');
const PAGE = path.join(ROOT, '.github/docs/more-than-one-machine.md');
const OUTPUT = path.join(ROOT, '.cache/many');
const run = promisify(execFile);
const title = redisProgram ? '' : ' (neither redis-server nor valkey-server is installed)';

const files = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name)).toString('base64')]),
  );

(redisProgram ? describe : describe.skip)(
  `the page "More than one machine", followed to the letter${title}`,
  function () {
    this.timeout(180_000);
    const commands = [...readFileSync(PAGE, 'utf8').matchAll(/^```sh\n(.*)\n```$/gm)].map(([, command]) => command);
    let redis: TestRedis;
    before(async () => {
      rmSync(OUTPUT, { recursive: true, force: true });
      redis = await new TestRedis({ appendOnly: true }).start();
    });
    after(async () => {
      await redis.stop();
      rmSync(OUTPUT, { recursive: true, force: true });
    });

    const here = (command: string): string => command.replace('redis://HOST:6379', redis.url);
    const environment = (): NodeJS.ProcessEnv => ({ ...process.env, REDIS_PASSWORD: redis.password });
    const execute = (command: string) => run('sh', ['-c', here(command)], { cwd: ROOT, env: environment() });

    it('gives the same files on one machine and through the queue', async () => {
      const [plan, alone, worker, together] = commands;
      const planned = await execute(plan);
      assert.match(planned.stdout, /^logits: 3 jobs, 2500 pictures; 3 jobs, 2500 pictures left to do$/m);
      assert.throws(() => readdirSync(path.join(OUTPUT, 'one')), /ENOENT/);
      const done = await execute(alone);
      assert.match(done.stdout, /\.cache\/many\/one holds 10 logits for each of 2500 pictures\./);
      assert.match(done.stderr, /2500 of 2500 pictures, 3 of 3 jobs/);
      const working = spawn('sh', ['-c', here(worker)], {
        stdio: 'ignore',
        cwd: ROOT,
        env: { ...environment(), TMPDIR: redis.folder },
        detached: true, // npm's whole family is ended at once
      });
      try {
        const shared = await execute(together);
        assert.match(shared.stdout, /\.cache\/many\/two holds 10 logits for each of 2500 pictures\./);
        assert.ok(!(shared.stdout + shared.stderr).includes(redis.password));
      } finally {
        process.kill(-(working.pid as number), 'SIGTERM');
        await once(working, 'exit');
      }
      assert.deepEqual(files(path.join(OUTPUT, 'two')), files(path.join(OUTPUT, 'one')));
      assert.equal(Object.keys(files(path.join(OUTPUT, 'one'))).length, 4);
    });

    it('cleans up', async () => {
      const [clean, ...more] = commands.slice(4).filter((each) => !each.includes('--output'));
      assert.deepEqual(more, [], 'a command of the page is not tried');
      assert.match((await execute(clean)).stdout, /^There is nothing to remove/m);
    });

    for (const command of commands.slice(4).filter((each) => each.includes('--output'))) {
      const [, output] = /--output \.cache\/many\/(\S+)/.exec(command) ?? [];
      it(`makes ${output}`, async () => {
        const done = await execute(command);
        assert.match(done.stdout, new RegExp(`^\\.cache/many/${output}`, 'm'));
        const made = JSON.parse(readFileSync(path.join(OUTPUT, output), 'utf8')) as { score?: number } | unknown[];
        assert.ok(Array.isArray(made) ? made.length > 0 : (made.score as number) >= 0.05);
      });
    }
  },
);
