/**
 * `node launcher.js SOCKET CONNECTION_FILE`: what the server starts, watches, interrupts and ends as "the kernel". The
 * real one waits in the runner's pool and is asked for through the socket; each end dies with the other.
 */
import { connect } from 'node:net';

/** First line from the launcher to the pool. */
export interface LaunchRequest {
  connectionFile: string;
  cwd: string;
}

/** Lines from the pool to the launcher: the kernel's process, then how it ended. */
export interface LaunchReply {
  pid?: number;
  ended?: { code: number | null; signal: NodeJS.Signals | null };
}

function launch(socketPath: string, connectionFile: string): void {
  const socket = connect(socketPath);
  let kernel: number | undefined;
  let received = '';
  const request: LaunchRequest = { connectionFile, cwd: process.cwd() };
  socket.write(`${JSON.stringify(request)}\n`);
  socket.on('data', (data) => {
    const lines = (received + data.toString()).split('\n');
    received = lines.pop() as string;
    for (const line of lines) {
      const { pid, ended } = JSON.parse(line) as LaunchReply;
      kernel = pid ?? kernel;
      if (ended) process.exit(ended.code ?? 1);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    pass(kernel, 'SIGKILL');
    process.exit(1);
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => pass(kernel, name));
}

function pass(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It ended already.
  }
}

if (require.main === module) launch(process.argv[2], process.argv[3]);
