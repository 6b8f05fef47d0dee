import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import * as path from 'node:path';

/** A certificate of its own for one name, and its key; undefined where this machine has no openssl. */
export function certificate(folder: string, name: string): { key: string; cert: string; file: string } | undefined {
  const [keyFile, file] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const kind = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  const made = spawnSync('openssl', [...kind, ...subject, '-keyout', keyFile, '-out', file]);
  if (made.status !== 0) return undefined;
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}

/** A proxy that opens tunnels (CONNECT, RFC 9110, 9.3.6), all of them to one server, and nothing else. */
export interface Tunnel {
  url: string;
  /** What was asked for: `packages.test:443`. */
  targets: string[];
}

interface Settings {
  key: string;
  cert: string;
  /** What answers behind the tunnel, over TLS. */
  handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** The proxy's password as its header says it. */
  authorization: string;
}

/** Starts a TLS server and a proxy before it for the length of `body`. */
export async function withTunnel(settings: Settings, body: (tunnel: Tunnel) => Promise<void>): Promise<void> {
  const secure = createSecureServer({ key: settings.key, cert: settings.cert }, settings.handler);
  const targets: string[] = [];
  const proxy = createServer((request, response) => response.writeHead(405).end(`no tunnel: ${request.url}`));
  const sockets = new Set<Socket>();
  for (const server of [secure, proxy] as Server[]) server.on('connection', (socket) => sockets.add(socket));
  const securePort = await listen(secure);
  proxy.on('connect', (request, client: Socket, head) => {
    client.on('error', () => undefined);
    if (request.headers['proxy-authorization'] !== settings.authorization) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    targets.push(request.url ?? '');
    const behind = connect(securePort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      behind.write(head);
      client.pipe(behind).pipe(client);
    });
    behind.on('error', () => client.destroy());
  });
  try {
    await body({ url: `http://127.0.0.1:${await listen(proxy)}`, targets });
  } finally {
    for (const socket of sockets) socket.destroy();
    await Promise.all([secure, proxy].map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
