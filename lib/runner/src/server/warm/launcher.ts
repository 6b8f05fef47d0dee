/**
 * `node launcher.js SOCKET CONNECTION_FILE KERNEL`: what the server starts, watches, interrupts and ends as "the kernel". The
 * real one waits in the runner's pool and is asked for through the socket; each end dies with the other.
 */
import { connect } from 'node:net';

import { type KernelName } from '../kernel-specs';
import { descendants } from '../processes';

/** First line from the launcher to the pool. */
export interface LaunchRequest {
  connectionFile: string;
  cwd: string;
  kernel: KernelName;
}

/** Lines from the pool to the launcher: the kernel's process, then how it ended. */
export interface LaunchReply {
  pid?: number;
  /** Whether the process is a sandbox around the kernel. */
  isolated?: boolean;
  ended?: { code: number | null; signal: NodeJS.Signals | null };
}

function launch(socketPath: string, connectionFile: string, name: KernelName): void {
  const socket = connect(socketPath);
  let kernel: number | undefined;
  let shutIn = false;
  let received = '';
  const request: LaunchRequest = { connectionFile, cwd: process.cwd(), kernel: name };
  socket.write(`${JSON.stringify(request)}\n`);
  socket.on('data', (data) => {
    const lines = (received + data.toString()).split('\n');
    received = lines.pop() as string;
    for (const line of lines) {
      const { pid, isolated, ended } = JSON.parse(line) as LaunchReply;
      kernel = pid ?? kernel;
      shutIn ||= isolated === true;
      if (ended) process.exit(ended.code ?? 1);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    pass(kernel, 'SIGKILL');
    process.exit(1);
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => pass(shutIn ? inside(kernel) : kernel, name));
}

/** The kernel in a sandbox: below the sandbox's first process. A signal to the sandbox itself would end it. */
const inside = (pid: number | undefined): number | undefined => (pid === undefined ? undefined : descendants(pid)[1]);

function pass(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It ended already.
  }
}

if (require.main === module) launch(process.argv[2], process.argv[3], process.argv[4] as KernelName);
