import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { KernelConnection, ServerConnection } from '@jupyterlab/services';
import { QuietKernelConnection } from '../../lib/runner/dist/kernel/connection';

const RESTARTING = {
  channel: 'iopub',
  header: { msg_id: '1', msg_type: 'status', session: 's', username: '', version: '5.3', date: '' },
  parent_header: {},
  metadata: {},
  content: { execution_state: 'restarting' },
};

/** A socket that opens, and says that the server restarts the kernel before the kernel has answered anything. */
class RestartingSocket {
  readonly protocol = '';
  readonly readyState = 1;
  onopen: (event: object) => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;

  constructor() {
    setTimeout(() => this.onopen({}), 1);
    setTimeout(() => this.onmessage({ data: JSON.stringify(RESTARTING) }), 20);
  }

  send(): void {}

  close(): void {}
}

describe('runner: the connection of a kernel that dies at once', () => {
  /** What nobody waits for and fails, while a connection opens and is closed before the kernel answers. */
  async function unheard(Connection: typeof KernelConnection): Promise<unknown[]> {
    const listeners = process.listeners('unhandledRejection');
    const reasons: unknown[] = [];
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', (reason) => reasons.push(reason));
    try {
      const serverSettings = ServerConnection.makeSettings({
        baseUrl: 'http://127.0.0.1:9',
        wsUrl: 'ws://127.0.0.1:9',
        WebSocket: RestartingSocket as unknown as typeof WebSocket,
      });
      const connection = new Connection({ model: { id: 'k', name: 'tslab' }, serverSettings, handleComms: false });
      await delay(100);
      connection.dispose();
      await delay(20);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
    return reasons;
  }

  it('ends nothing, where that of services leaves a rejection that nobody hears', async () => {
    assert.match(String((await unheard(KernelConnection))[0]), /Canceled future for kernel_info_request/);
    assert.deepEqual(await unheard(QuietKernelConnection), []);
  });
});
