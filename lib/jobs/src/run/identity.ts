import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { readJsonFileSync } from 'scalable-inference/files';
import type { Json } from './kind';

/** Names and values that two processes must share; see {@link differences}. */
export type Identity = Readonly<Record<string, string>>;

/** What every process of a run must share whatever it works on. */
export function processIdentity(): Identity {
  const own = packageIdentity(path.join(__dirname, '../../package.json'));
  return { ...own, 'Node.js': process.versions.node.split('.')[0] };
}

/** The name and the version of a package, by its manifest. */
export function packageIdentity(file: string): Identity {
  const { name, version } = readJsonFileSync(file, toManifest);
  return { [name]: version };
}

function toManifest(value: unknown): { name: string; version: string } {
  const { name, version } = (value ?? {}) as Record<string, unknown>;
  if (typeof name === 'string' && typeof version === 'string') return { name, version };
  throw new Error('It names no package and version: install the package anew.');
}

/** Everything that differs, in one line; empty where nothing does. */
export function differences(there: Identity, here: Identity): string {
  const names = [...new Set([...Object.keys(there), ...Object.keys(here)])];
  return names
    .filter((name) => there[name] !== here[name])
    .map((name) => `${name} (there: ${short(there[name])}, here: ${short(here[name])})`)
    .join('; ');
}

const short = (value: string | undefined): string => {
  if (value === undefined) return 'none';
  return /^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value;
};

/** JSON with the names of every object in order: equal values give equal texts. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value as Readonly<Record<string, Json>>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join()}}`;
}

/** What a run is known by: coordinators that were asked for the same have the same, on whatever machine. */
export function runId(kind: string, request: Json, identity: Identity): string {
  return createHash('sha256').update(canonical({ kind, request, identity })).digest('hex').slice(0, 16);
}
