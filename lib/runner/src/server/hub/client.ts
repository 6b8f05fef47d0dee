import { ServerError } from '../errors';
import { type Question, reach, saidBy } from '../remote/reach';

/** A server of a user, as a Hub's API describes it. */
export interface HubServer {
  ready: boolean;
  pending: 'spawn' | 'stop' | null;
  /** True of a named server that is kept without running. */
  stopped?: boolean;
  /** Path of the server's address. */
  url: string;
  /** When it was started, which tells it from a later one. */
  started: string | null;
}

/** Who a token belongs to. */
export interface HubOwner {
  name: string;
}

const HUB = { name: 'JupyterHub', option: '--hub' };

/** A JupyterHub's REST API (https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html) with one token. */
export class HubClient {
  /** Address of the proxy, without the Hub's prefix: what paths of servers are relative to. */
  readonly origin: string;
  /** Address of the Hub with its prefix and a slash at the end, e.g. `https://hub.example/class/hub/`. */
  readonly hub: string;

  /** @param address as people copy it: with or without `/hub`, a page of it, and the slash */
  constructor(
    address: string,
    readonly token: string,
  ) {
    const { origin, pathname } = new URL(address);
    const prefix = pathname.replace(/\/hub(\/.*)?$/, '/').replace(/\/?$/, '/');
    this.origin = origin;
    this.hub = `${origin}${prefix}hub/`;
  }

  /** Asks the API; answers of any status count. @throws ServerError where nothing answers */
  ask(path: string, question: Question = {}): Promise<Response> {
    return reach(`${this.hub}api/${path}`, HUB, { token: this.token, ...question });
  }

  /** Makes sure that a JupyterHub is there and takes the token; whose it is. @throws ServerError */
  async owner(signal?: AbortSignal): Promise<HubOwner> {
    const answer = await this.ask('', { token: '', signal });
    const { version } = (await answer.json().catch(() => ({}))) as { version?: unknown };
    if (!answer.ok || typeof version !== 'string')
      throw new ServerError(`No JupyterHub is at ${this.hub} (status ${answer.status}). Check --hub.`);
    const owner = await this.ask('user', { signal });
    if (owner.status === 401 || owner.status === 403)
      throw new ServerError(
        `The JupyterHub at ${this.hub} refuses the token: it is wrong, has expired or was revoked. ` +
          `Make another at ${this.hub}token.`,
      );
    if (!owner.ok) throw new ServerError(await this.unexpected('who the token belongs to', owner));
    return (await owner.json()) as HubOwner;
  }

  /** The user's servers by name, the default one's being empty. @throws ServerError */
  async servers(user: string, owner: HubOwner, signal?: AbortSignal): Promise<Record<string, HubServer>> {
    const answer = await this.ask(`users/${encodeURIComponent(user)}?include_stopped_servers`, { signal });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404)
      throw new ServerError(
        `The JupyterHub at ${this.hub} knows no user "${user}", or the token of "${owner.name}" may not see that user ` +
          `(status ${answer.status}). Check --user and the token's scopes (read:users!user=${user}).`,
      );
    if (!answer.ok) throw new ServerError(await this.unexpected(`the servers of "${user}"`, answer));
    const { servers } = (await answer.json()) as { servers?: Record<string, HubServer> };
    if (servers === undefined)
      throw new ServerError(
        `The token of "${owner.name}" may not see the servers of "${user}": ` +
          `it needs the scope read:servers!user=${user}.`,
      );
    return servers;
  }

  /** A sentence for a status that the API does not promise. */
  async unexpected(what: string, answer: Response): Promise<string> {
    const said = await saidBy(answer);
    return `The JupyterHub at ${this.hub}, asked for ${what}, answered with status ${answer.status}${said}.`;
  }
}

/** The API's path of a user's server. */
export function serverPath(user: string, name: string): string {
  const of = `users/${encodeURIComponent(user)}`;
  return name === '' ? `${of}/server` : `${of}/servers/${encodeURIComponent(name)}`;
}

/** The server in words. */
export const serverText = (user: string, name: string): string =>
  name === '' ? `the server of "${user}"` : `the server "${name}" of "${user}"`;
