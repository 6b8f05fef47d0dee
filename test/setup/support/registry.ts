import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as path from 'node:path';
import { entry, tarball } from '../../support/tar';

const MANIFEST = JSON.stringify({ name: 'tiny', version: '1.0.0' });
const PACKAGE = tarball(entry('package/package.json', MANIFEST));
const INTEGRITY = `sha512-${createHash('sha512').update(PACKAGE).digest('base64')}`;

/** Writes a project whose lockfile asks for one small package, without saying where it comes from. */
export function writeProject(root: string, name = 'tiny'): void {
  const project = { name: 'project', version: '1.0.0', dependencies: { [name]: '1.0.0' } };
  const locked = { '': project, [`node_modules/${name}`]: { version: '1.0.0', integrity: INTEGRITY } };
  mkdirSync(root, { recursive: true });
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(project));
  writeFileSync(
    path.join(root, 'package-lock.json'),
    JSON.stringify({ name: 'project', lockfileVersion: 3, requires: true, packages: locked }),
  );
}

/** A wheel of one small package for Python, written by that Python's zipfile. */
export function makeWheel(python: string, folder: string): Buffer {
  const file = path.join(folder, 'tiny-1.0.0-py3-none-any.whl');
  const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('tiny.py', 'x = 1')
    wheel.writestr('tiny-1.0.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0.0\\n')
    wheel.writestr('tiny-1.0.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('tiny-1.0.0.dist-info/RECORD', '')`;
  execFileSync(python, ['-c', script, file]);
  return readFileSync(file);
}

/** What a registry asks for before it answers, or a proxy before it passes on: a header and its value. */
export interface Guarded {
  header: 'authorization' | 'proxy-authorization';
  value: string;
}

/**
 * A registry of npm and an index of pip with one package each. Asked for another host's address, as a proxy is, it answers
 * in that host's name.
 */
export function registry({ wheel, guarded }: { wheel?: Buffer; guarded?: Guarded } = {}) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host}`);
    if (guarded && request.headers[guarded.header] !== guarded.value) {
      const status = guarded.header === 'authorization' ? 401 : 407;
      response.writeHead(status, { 'www-authenticate': 'Basic', 'proxy-authenticate': 'Basic' }).end();
      return;
    }
    const versions = {
      '1.0.0': {
        ...JSON.parse(MANIFEST),
        dist: { integrity: INTEGRITY, tarball: `${url.origin}/tiny/-/tiny-1.0.0.tgz` },
      },
    };
    const answers: Record<string, string | Buffer | undefined> = {
      '/tiny': JSON.stringify({ name: 'tiny', 'dist-tags': { latest: '1.0.0' }, versions }),
      '/tiny/-/tiny-1.0.0.tgz': PACKAGE,
      '/simple/tiny/': '<!DOCTYPE html><a href="/wheels/tiny-1.0.0-py3-none-any.whl">tiny-1.0.0-py3-none-any.whl</a>',
      '/wheels/tiny-1.0.0-py3-none-any.whl': wheel,
    };
    const answer = answers[url.pathname];
    const type = url.pathname.startsWith('/simple') ? 'text/html' : 'application/json';
    if (answer === undefined) response.writeHead(404).end('{}');
    else response.writeHead(200, { 'content-type': type }).end(answer);
  };
}
