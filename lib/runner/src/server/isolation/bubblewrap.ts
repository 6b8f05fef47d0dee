import { spawnSync } from 'node:child_process';
import * as path from 'node:path';

import {
  cardMounts,
  DATA_INSIDE,
  dataMounts,
  hiddenMounts,
  readableMounts,
  systemMounts,
  workingMounts,
} from './mounts';
import { type Isolation, type IsolationOptions, type KernelLaunch } from './types';

/** How long a trial may take. */
const TRIAL_TIMEOUT_MS = 10_000;
/** Variables that kernels see inside; all others are left out. */
const INSIDE =
  /^(LANG|LC_.*|TZ|TF_.*|CUDA_.*|OMP_.*|KMP_.*|MKL_.*|ORT_.*|XLA_.*|SCALABLE_INFERENCE_(BACKEND|GPU|PROGRESS)|CI)$/;

const NAMESPACES = [
  ...['--die-with-parent', '--new-session', '--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-uts'],
  ...['--unshare-net', '--unshare-cgroup-try', '--cap-drop', 'ALL', '--uid', '65534', '--gid', '65534'],
  ...['--hostname', 'notebook'],
];

/** Isolation, or why this machine has none, as the end of a sentence. */
export type IsolationSearch = { isolation: Isolation } | { missing: string };

/**
 * Finds bubblewrap (https://github.com/containers/bubblewrap) and tries it, since a kernel may forbid user namespaces.
 * Kernels then have the system and the readable folders read-only, an empty home and temporary folder of bounded size, no
 * network, process, user and IPC namespaces of their own, and nothing of the environment but settings of the libraries.
 */
export function findIsolation(options: IsolationOptions): IsolationSearch {
  if (process.platform !== 'linux') return { missing: 'bubblewrap runs on Linux only' };
  for (const program of ['bwrap', 'prlimit']) {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error)
      return { missing: `${program} is not installed (Debian: bubblewrap, util-linux)` };
  }
  const trial = [...NAMESPACES, ...systemMounts(), '--proc', '/proc', '--dev', '/dev', '--', '/usr/bin/env', 'true'];
  const { status, stderr } = spawnSync('bwrap', trial, { encoding: 'utf8', timeout: TRIAL_TIMEOUT_MS });
  if (status !== 0) return { missing: `bubblewrap cannot start here: ${stderr.trim().split('\n')[0] || 'no message'}` };
  return { isolation: new Bubblewrap(options) };
}

class Bubblewrap implements Isolation {
  readonly summary =
    'each notebook in a sandbox (bubblewrap): project read-only, empty home, no network, nothing of the environment';

  constructor(private readonly options: IsolationOptions) {}

  wrap({ argv, cwd, env, folder }: KernelLaunch): KernelLaunch {
    const { readable, dataFolder, temporaryBytes = 1e9, fileBytes = 2e9, processes = 4096 } = this.options;
    const { passedVariables = [] } = this.options;
    const limits = [`--nproc=${processes}`, `--fsize=${fileBytes}`, '--core=0', '--'];
    const mounts = [
      ...systemMounts(),
      ...['--proc', '/proc', '--dev', '/dev', ...cardMounts()],
      ...[
        '--size',
        String(temporaryBytes),
        '--tmpfs',
        '/tmp',
        '--size',
        String(temporaryBytes / 5),
        '--tmpfs',
        '/home',
      ],
      ...readableMounts([...readable, programFolder(argv[0])]),
      ...hiddenMounts(this.options.hidden ?? []),
      ...workingMounts(cwd),
      ...dataMounts(dataFolder),
      ...['--bind', folder, folder, '--chdir', cwd],
    ];
    const inside = { ...settings(env, passedVariables), PATH: '/usr/bin', HOME: '/home', TMPDIR: '/tmp' };
    const set = Object.entries({ ...inside, SCALABLE_INFERENCE_DATA: DATA_INSIDE }).flatMap(([name, value]) => [
      ...['--setenv', name, value],
    ]);
    const wrapped = ['bwrap', ...NAMESPACES, ...mounts, '--clearenv', ...set, '--', ...argv];
    return { argv: ['prlimit', ...limits, ...wrapped], cwd, env: { PATH: env.PATH }, folder };
  }
}

function settings(env: NodeJS.ProcessEnv, passed: readonly string[]): Record<string, string> {
  const isShown = (name: string): boolean => INSIDE.test(name) || passed.includes(name);
  const entries = Object.entries(env).filter(([name, value]) => isShown(name) && value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Node may lie outside of the system's folders (nvm, a package): with its whole installation. */
const programFolder = (program: string): string => path.dirname(path.dirname(program));
