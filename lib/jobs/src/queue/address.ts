import { readFileSync } from 'node:fs';
import type { Redis, RedisOptions } from 'ioredis';
import { loadQueuePackages } from './load';

/** Where a queue is and how it is reached. */
export interface QueueAddress {
  /** `redis://HOST[:PORT][/DB]`, `rediss://` with TLS, or `unix:///PATH`; a password may stand in it. */
  readonly url: string;
  /** Password; better than in the URL, which others see in the list of processes. Default: `REDIS_PASSWORD`. */
  readonly password?: string;
  /** File with the certificate authority of a `rediss://` server. Default: `REDIS_CA`, else the public ones. */
  readonly ca?: string;
}

/** The address without user and password, for messages. */
export function publicAddress({ url }: QueueAddress): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return 'the address given with --queue';
  }
}

/** Takes an address's secrets out of a text. */
function withoutSecrets(text: string, address: QueueAddress): string {
  const { password, username } = optionsOf(address);
  const plain = text.replaceAll(/(redis|rediss|unix):\/\/[^\s@/]*@/g, '$1://');
  return [password, username]
    .filter((secret): secret is string => secret !== undefined && secret !== '' && secret !== 'default')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((result, secret) => result.replaceAll(secret, '***'), plain);
}

/** What ioredis needs. @throws where the address is none, without repeating it */
export function optionsOf({
  url,
  password = process.env.REDIS_PASSWORD,
  ca = process.env.REDIS_CA,
}: QueueAddress): RedisOptions {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Error(
      '--queue expects an address such as redis://HOST:6379 or rediss://HOST:6380, and got something else.',
    );
  }
  const { protocol, hostname, port, username, pathname } = parsed;
  const given = parsed.password === '' ? password : decodeURIComponent(parsed.password);
  const common: RedisOptions = {
    maxRetriesPerRequest: null,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(given === undefined ? {} : { password: given }),
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 6), 3000),
  };
  if (protocol === 'unix:') return { ...common, path: decodeURIComponent(pathname) };
  if (protocol !== 'redis:' && protocol !== 'rediss:')
    throw new Error(`--queue expects redis://, rediss:// or unix://, got ${protocol}//.`);
  return {
    ...common,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    db: pathname.length > 1 ? Number(pathname.slice(1)) : 0,
    ...(protocol === 'rediss:' ? { tls: ca === undefined ? {} : { ca: readFileSync(ca) } } : {}),
  };
}

/**
 * Connects, to see whether the server is there and lets us in.
 *
 * @returns a connection that reconnects by itself from here on, and says so; the caller's to end
 * @throws in one sentence where it does not answer or refuses
 */
export async function connect(address: QueueAddress, say: (sentence: string) => void): Promise<Redis> {
  const { ioredis } = loadQueuePackages();
  const options = optionsOf(address);
  const probe = new ioredis.Redis({ ...options, lazyConnect: true, connectTimeout: 5000, retryStrategy: () => null });
  let cause: Error | undefined;
  probe.on('error', (error: Error) => void (cause = error));
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
    throw new Error(refusal(address, cause ?? (error as Error)));
  } finally {
    probe.disconnect();
  }
  const redis = new ioredis.Redis(options);
  sayOutages(redis, address, say);
  await redis.ping();
  return redis;
}

function refusal(address: QueueAddress, error: Error): string {
  const where = publicAddress(address);
  const text = withoutSecrets(error.message || String((error as NodeJS.ErrnoException).code), address);
  if (/NOAUTH|WRONGPASS|NOPERM/.test(text))
    return `${where} does not let us in (${text.split(' ')[0]}): give its password in REDIS_PASSWORD.`;
  if (/certificate|self-signed|altname/i.test(text))
    return `${where} shows a certificate that is not trusted (${text}): name its authority's file in REDIS_CA.`;
  return `${where} cannot be reached (${text}): start Redis or Valkey there, or name another address with --queue.`;
}

/** Says once when a server is gone, and once when it is back. */
export function sayOutages(redis: Redis, address: QueueAddress, say: (sentence: string) => void): void {
  let gone = false;
  const lost = (why: string): void => {
    if (gone) return;
    gone = true;
    say(`${publicAddress(address)} is gone${why}: trying again until it is back.`);
  };
  redis.on('error', (error: Error) => lost(` (${withoutSecrets(error.message, address)})`));
  redis.on('reconnecting', () => lost(''));
  redis.on('ready', () => {
    if (gone) say(`${publicAddress(address)} is back.`);
    gone = false;
  });
}
