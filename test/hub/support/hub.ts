import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { freePorts, PROGRAMS, PROJECT, RunningServer } from './processes';

interface Model {
  servers: Record<string, { ready: boolean }>;
}

/** A real JupyterHub with its proxy, on loopback. */
export class Hub {
  private constructor(
    readonly server: RunningServer,
    /** Address with the base path and a slash at the end. */
    readonly url: string,
    /** May start everybody's servers. */
    readonly adminToken: string,
  ) {}

  /** The class as `npm run class` starts it, on other ports. */
  static async ofClass(folder: string): Promise<Hub> {
    const [port, hub, api] = await freePorts(3);
    const url = `http://127.0.0.1:${port}/`;
    const command = [process.execPath, path.join(PROJECT, 'lib/setup/class.mjs'), folder, ...ports(url, hub, api)];
    const server = new RunningServer(command, { cwd: folder });
    await server.answers(() => isHub(`${url}hub/api/`));
    return new Hub(server, url, readFileSync(path.join(folder, 'state/teacher.token'), 'utf8').trim());
  }

  /** A Hub with a configuration of the tests; `tls` names a certificate's files. */
  static async of(config: string, folder: string, prefix: string, tls?: { key: string; cert: string }): Promise<Hub> {
    const [port, hub, api] = await freePorts(3);
    const url = `http${tls ? 's' : ''}://127.0.0.1:${port}${prefix}`;
    const secure = tls ? [`--JupyterHub.ssl_key=${tls.key}`, `--JupyterHub.ssl_cert=${tls.cert}`] : [];
    const command = [PROGRAMS.jupyterhub, '-f', config, ...ports(url, hub, api), ...secure];
    const env = {
      HUB_PROXY: `${process.execPath} ${PROGRAMS.proxy}`,
      JUPYTER_PATH: path.join(PROJECT, '.cache/jupyter/data'),
    };
    const server = new RunningServer(command, { cwd: folder, env });
    // Not through the proxy, whose certificate this process does not trust.
    await server.answers(() => isHub(`http://127.0.0.1:${hub}${prefix}hub/api/`));
    return new Hub(server, url, 'token-of-the-tests');
  }

  /** Asks the API with a token, or as who logs in. */
  api(method: string, place: string, body?: object, token = this.adminToken): Promise<Response> {
    return fetch(`${this.url}hub/api/${place}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token === '' ? {} : { Authorization: `token ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Names of a user's servers that run or are starting. */
  async running(user: string): Promise<string[]> {
    const answer = await this.api('GET', `users/${user}`);
    assert.equal(answer.status, 200);
    return Object.keys(((await answer.json()) as Model).servers);
  }

  /** A token of a user who proves to be that by a password. */
  async login(user: string, password: string, rights: object = {}): Promise<string> {
    const auth = { username: user, password };
    const answer = await this.api('POST', `users/${user}/tokens`, { auth, ...rights }, '');
    const text = await answer.text();
    assert.equal(answer.status, 201, text);
    return (JSON.parse(text) as { token: string }).token;
  }
}

const ports = (url: string, hub: number, api: number): string[] => [
  `--JupyterHub.bind_url=${url}`,
  `--JupyterHub.hub_port=${hub}`,
  `--ConfigurableHTTPProxy.api_url=http://127.0.0.1:${api}`,
];

async function isHub(address: string): Promise<boolean> {
  const answer = await fetch(address);
  return answer.ok && 'version' in ((await answer.json()) as object);
}
