import assert from 'node:assert/strict';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { startHubServer } from 'tslab-runner/server';
import { withServer } from '../support/bad-server';

const TOKEN = 'token-of-ada';
const RUNNING = { ready: true, pending: null, url: '/user/ada/', started: '2026-01-01T00:00:00Z' };
const STARTING = { ...RUNNING, ready: false, pending: 'spawn' };

interface FakeHub {
  /** What the Hub says of ada's servers, question by question; the last answer stays. */
  states: (object | undefined)[];
  start?: { status: number; body?: object; headers?: Record<string, string> };
  /** Statuses of the server through the proxy, question by question; the last one stays. */
  server?: number[];
  events?: object[];
}

/** What a JupyterHub is asked by us, answered as a test wants it; the calls it got, without those that only look. */
function fake({ states, start = { status: 202 }, server = [200], events = [] }: FakeHub) {
  const calls: string[] = [];
  const next = <T>(list: T[]): T => (list.length > 1 ? (list.shift() as T) : list[0]);
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    const json = (status: number, body: object = {}, headers: Record<string, string> = {}): void =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (request.method !== 'GET') calls.push(`${request.method} ${pathname}`);
    if (pathname === '/hub/api/') return json(200, { version: '6.1.1' });
    if (request.headers.authorization !== `token ${TOKEN}`) return json(403);
    if (pathname === '/hub/api/user') return json(200, { name: 'ada' });
    if (pathname.endsWith('/progress'))
      return void response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    if (request.method === 'POST') return json(start.status, start.body, start.headers);
    if (request.method === 'DELETE') return (states.splice(0, states.length, undefined), json(204));
    if (pathname === '/hub/api/users/ada') {
      const state = next(states);
      return json(200, { name: 'ada', servers: state === undefined ? {} : { '': state } });
    }
    if (pathname.startsWith('/user/ada/api')) return json(next(server), { version: '2' });
    return json(404);
  };
  return { handler, calls };
}

const START = 'POST /hub/api/users/ada/server';
const STOP = 'DELETE /hub/api/users/ada/server';

describe('runner: a JupyterHub that answers as they do on bad days', () => {
  it('waits out what the proxy answers while a server starts, and stops it in the end', async () => {
    const { handler, calls } = fake({
      states: [undefined, undefined, STARTING, RUNNING],
      server: [503, 502, 503, 200],
    });
    await withServer(handler, async (hub) => {
      const lines: string[] = [];
      const server = await startHubServer({ hub, token: TOKEN, print: (line) => lines.push(line) });
      assert.equal(server.url, `${hub}/user/ada/`);
      assert.match(lines.join('\n'), /starting the server of "ada".*\n.*answers/);
      await server.stop();
    });
    assert.deepEqual(calls, [START, STOP]);
  });

  const FAILURES: [string, FakeHub, RegExp, string[]][] = [
    [
      'too many starts at a time',
      {
        states: [undefined],
        start: {
          status: 429,
          body: { message: 'Too many users trying to log in right now' },
          headers: { 'retry-after': '30' },
        },
      },
      /starts too many servers at the moment: Too many users trying to log in right now\. Try again in 30 s\./,
      [START],
    ],
    [
      'named servers that are switched off, or another reason of its own',
      { states: [undefined], start: { status: 400, body: { message: 'Named servers are not enabled.' } } },
      /could not be started \(status 400\): Named servers are not enabled\.$/,
      [START],
    ],
    [
      'a start that fails after a while',
      {
        states: [undefined, undefined, STARTING, undefined],
        events: [
          { progress: 10, message: 'pulling' },
          { failed: true, message: 'Spawn failed: no image' },
        ],
      },
      /The server of "ada" could not be started: Spawn failed: no image\.$/,
      [START],
    ],
    [
      'a server that never answers through the proxy',
      { states: [undefined, undefined, RUNNING], server: [404] },
      /The server of ada at .* does not run \(status 404\)/,
      [START, STOP],
    ],
  ];
  for (const [what, setting, words, expected] of FAILURES) {
    it(`says in a sentence: ${what}`, async () => {
      const { handler, calls } = fake(setting);
      await withServer(handler, (hub) => assert.rejects(startHubServer({ hub, token: TOKEN }), words));
      assert.deepEqual(calls, expected);
    });
  }

  it('notices a server that was stopped, or started anew, while it is used', async () => {
    for (const [later, words] of [
      [undefined, /the JupyterHub stopped the server of "ada"/],
      [{ ...RUNNING, started: '2026-01-02T00:00:00Z' }, /started the server of "ada" anew, which ended all kernels/],
    ] as const) {
      const states: (object | undefined)[] = [RUNNING];
      const { handler, calls } = fake({ states });
      await withServer(handler, async (hub) => {
        const server = await startHubServer({ hub, token: TOKEN });
        assert.equal(await server.whyGone?.(), undefined);
        states.splice(0, 1, later);
        assert.match(await server.ended, words);
        await server.stop();
      });
      assert.deepEqual(calls, [], 'one that ran before is neither started nor stopped');
    }
  });

  it('is no JupyterHub, or refuses the token', async () => {
    await withServer(
      (_, response) => void response.writeHead(200).end('<html></html>'),
      (hub) =>
        assert.rejects(
          startHubServer({ hub, token: TOKEN }),
          /No JupyterHub is at .*\/hub\/ \(status 200\)\. Check --hub\./,
        ),
    );
    await withServer(fake({ states: [undefined] }).handler, (hub) =>
      assert.rejects(
        startHubServer({ hub, token: 'other' }),
        /refuses the token: it is wrong, has expired or was revoked/,
      ),
    );
  });

  it('is silent: said after the time that was given, and no wait for ever', async () => {
    await withServer(
      () => undefined,
      (hub) =>
        assert.rejects(
          startHubServer({ hub, token: TOKEN }),
          /No JupyterHub answers at .*: no answer within 10 s\. Check --hub\./,
        ),
    );
  }).timeout(20_000);
});
