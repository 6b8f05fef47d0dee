import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Redis } from 'ioredis';

const PROGRAMS = ['redis-server', 'valkey-server'];

/** A Redis or Valkey of this machine; undefined where none is installed. */
export const redisProgram = PROGRAMS.find((program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** A certificate authority and a server's certificate for 127.0.0.1, in a folder. */
function certificates(folder: string): void {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  );
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=127.0.0.1',
  );
  const extension = ['-extfile', 'san.cnf'];
  execFileSync('sh', ['-c', 'printf subjectAltName=IP:127.0.0.1 > san.cnf'], { cwd: folder });
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.crt',
    '-days',
    '2',
    ...extension,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A server of its own on loopback, with a password, and everything it writes in a temporary folder. */
export class TestRedis {
  readonly password = 'a secret/of+tests';
  readonly folder = mkdtempSync(path.join(tmpdir(), 'redis-'));
  private child: ChildProcess | undefined;
  private port = 0;

  constructor(private readonly options: { tls?: boolean; appendOnly?: boolean } = {}) {
    mkdirSync(path.join(this.folder, 'data'));
    if (options.tls) certificates(this.folder);
  }

  get url(): string {
    return `${this.options.tls ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`;
  }

  get urlWithPassword(): string {
    return this.url.replace('//', `//:${encodeURIComponent(this.password)}@`);
  }

  get ca(): string {
    return path.join(this.folder, 'ca.crt');
  }

  async start(): Promise<this> {
    this.port ||= await freePort();
    const { tls = false, appendOnly = false } = this.options;
    const files = ['--tls-cert-file', 'server.crt', '--tls-key-file', 'server.key', '--tls-ca-cert-file', 'ca.crt'].map(
      (text) => (text.startsWith('--') ? text : path.join(this.folder, text)),
    );
    const listen = tls
      ? ['--port', '0', '--tls-port', String(this.port), ...files, '--tls-auth-clients', 'no']
      : ['--port', String(this.port)];
    const keep = ['--save', '', '--appendonly', appendOnly ? 'yes' : 'no', '--appendfsync', 'always'];
    const own = ['--bind', '127.0.0.1', '--requirepass', this.password, '--dir', path.join(this.folder, 'data')];
    this.child = spawn(redisProgram as string, [...listen, ...own, ...keep], { stdio: 'ignore' });
    const probe = this.client();
    await probe.ping();
    probe.disconnect();
    return this;
  }

  /** A client that waits until the server answers; the caller's to disconnect. */
  client(): Redis {
    const tls = this.options.tls ? { tls: { rejectUnauthorized: false } } : {};
    const client = new Redis({
      host: '127.0.0.1',
      port: this.port,
      password: this.password,
      maxRetriesPerRequest: null,
      retryStrategy: () => 50,
      ...tls,
    });
    client.on('error', () => undefined);
    return client;
  }

  /** Everything that the server holds, by name. */
  async keys(): Promise<string[]> {
    const client = this.client();
    const found = await client.keys('*');
    client.disconnect();
    return found;
  }

  /** Bytes that the server holds. */
  async memoryBytes(): Promise<number> {
    const client = this.client();
    const text = await client.info('memory');
    client.disconnect();
    return Number(/used_memory:(\d+)/.exec(text)?.[1]);
  }

  async kill(): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
