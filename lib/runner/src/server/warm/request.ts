import { type Socket } from 'node:net';

import { isKernelName } from '../kernel-specs';
import { type LaunchRequest } from './launcher';

/** A request is a line of two paths and a name. */
const LONGEST_REQUEST = 20_000;

/** The first line from a launcher. @throws for anything else: every process of this user can write to the pool's socket */
export function readRequest(socket: Socket): Promise<LaunchRequest> {
  return new Promise((resolve, reject) => {
    let received = '';
    const read = (data: Buffer): void => {
      received += data.toString();
      if (received.length > LONGEST_REQUEST)
        return reject(new Error('Expected a line of two paths, got a longer one.'));
      if (!received.endsWith('\n')) return;
      socket.off('data', read);
      try {
        const { connectionFile, cwd, kernel } = JSON.parse(received) as Record<string, unknown>;
        if (typeof connectionFile !== 'string' || typeof cwd !== 'string' || !isKernelName(kernel))
          throw new Error('Expected two paths and a kernel, got something else.');
        resolve({ connectionFile, cwd, kernel });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    socket.on('data', read);
    socket.once('close', () => reject(new Error('Expected a line, got none.')));
  });
}
