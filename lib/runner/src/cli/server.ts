import * as path from 'node:path';

import { type Task } from '../run';
import {
  attachServer,
  findEnvironment,
  findIsolation,
  findProject,
  type Isolation,
  type JupyterServer,
  type RunnerEnvironment,
  startHubServer,
  startServer,
} from '../server';
import { type Arguments } from './arguments';
import { dataSetsOf, prepareData } from './data';
import { UsageError } from './usage';

/** What a workbook's kernels need of its folder: packages, the library, its data. Not notebooks, history, tests. */
const READABLE = ['package.json', 'tsconfig.json', 'node_modules', 'lib', 'data', '.venv'];

/** What opening a server takes of the command line's options. */
export type ServerOptions = Pick<Arguments, 'server' | 'hub' | 'folder' | 'jobs' | 'isolate' | 'passedVariables'> & {
  /** Tasks come in another order than they are listed in, or only some of them. Default false. */
  anyOrder?: boolean;
};

/** Of these, what only authors need: sources of answers, right and wrong, and what puts them into notebooks. */
const HIDDEN = ['lib/workbook/src', 'lib/workbook/dist/author'];

/** The server to use: the one given, a user's on a JupyterHub, or a new one that starts the tasks' kernels ahead. */
export async function openServer(
  options: ServerOptions,
  rootDir: string,
  tasks: readonly Task[],
  { signal, print }: { signal: AbortSignal; print: (line: string) => void },
): Promise<JupyterServer> {
  const { server, hub, jobs, passedVariables } = options;
  const place = options.folder === undefined ? {} : { notebookFolder: options.folder };
  if (hub) return { ...(await startHubServer({ ...hub, signal, print })), ...place };
  if (server) return { ...(await attachServer(server.url, server.token)), ...place };
  const folders = tasks.map(({ path: file, home }) => path.dirname(path.resolve(home ?? file)));
  const environment = findEnvironment(folders);
  const isolation = options.isolate === false ? undefined : isolate(options, environment, print);
  const project = findProject();
  if (isolation && project !== undefined) {
    const notebooks = tasks.map(({ filled }) => filled.notebook);
    await prepareData(project, dataFolder(project), dataSetsOf(notebooks), { signal, print });
  }
  // A kernel started ahead in a folder that is not the next one's would wait for nothing.
  const upcoming = options.anyOrder === true && new Set(folders).size > 1 ? [] : folders;
  const ahead = Math.min(jobs, tasks.length);
  const own = { environment, rootDir, signal, upcoming, ahead, passedVariables };
  return startServer(isolation ? { ...own, isolation } : own);
}

/** Whether {@link openServer} will shut its kernels in. */
export const willIsolate = ({ isolate: wanted }: Pick<Arguments, 'isolate'>): boolean =>
  wanted !== false && !('missing' in findIsolation({ readable: [] }));

function dataFolder(project: string): string {
  const chosen = process.env.SCALABLE_INFERENCE_DATA;
  return chosen ? path.resolve(chosen) : path.join(project, '.cache', 'data');
}

/** The isolation that was asked for; where none was and there is none, a line says what is not protected. */
function isolate(
  options: Pick<ServerOptions, 'isolate' | 'passedVariables'>,
  environment: RunnerEnvironment,
  print: (line: string) => void,
): Isolation | undefined {
  const found = isolationHere(options, environment);
  print(found.line);
  return found.isolation;
}

/**
 * How kernels would be shut in here, and a line that says so.
 *
 * @throws UsageError where isolation was asked for and there is none
 */
export function isolationHere(
  { isolate: wanted, passedVariables }: Pick<ServerOptions, 'isolate' | 'passedVariables'>,
  environment: RunnerEnvironment,
): { isolation?: Isolation; line: string } {
  const project = findProject();
  const packages = project === undefined ? packagesOf(environment) : READABLE.map((name) => path.join(project, name));
  const found = findIsolation({
    readable: [...packages, path.resolve(__dirname, '..')],
    passedVariables,
    ...(project === undefined
      ? {}
      : { dataFolder: dataFolder(project), hidden: HIDDEN.map((name) => path.join(project, name)) }),
  });
  if ('isolation' in found) return { ...found, line: `Isolated: ${found.isolation.summary}.` };
  if (wanted) throw new UsageError(`--isolate: ${found.missing}.`);
  const line = `NOT isolated (${found.missing}): cells can read and change whatever this user can, other submissions included.`;
  return { line };
}

/** The folders of packages that the kernel itself is loaded from. */
function packagesOf({ kernelSpec }: RunnerEnvironment): string[] {
  const marker = `${path.sep}node_modules${path.sep}`;
  return (kernelSpec?.argv ?? [])
    .filter((text) => text.includes(marker))
    .map((text) => text.slice(0, text.lastIndexOf(marker) + marker.length - 1));
}
