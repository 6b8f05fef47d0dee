import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerConnection } from '@jupyterlab/services';
import { endSession } from '../../lib/runner/dist/kernel/farewell';

describe('runner: ending a kernel', () => {
  it('asks again while the server refuses, as it does in the middle of a restart, and then no more', async () => {
    let left = 3;
    const asked: string[] = [];
    const server = createServer(({ method, url }, response) => {
      asked.push(`${method} ${url?.split('?')[0]}`);
      if (method === 'DELETE' && url?.startsWith('/api/kernels')) left--;
      const model = { id: 'k', name: 'tslab', execution_state: 'busy', connections: 0, last_activity: '' };
      if (method === 'GET') response.writeHead(left > 0 ? 200 : 404).end(JSON.stringify(left > 0 ? model : {}));
      else response.writeHead(left > 0 ? 500 : 204).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      await endSession('s', 'k', ServerConnection.makeSettings({ baseUrl }));
    } finally {
      server.closeAllConnections();
      server.close();
    }
    const [get, end] = ['GET /api/kernels/k', 'DELETE /api/kernels/k'];
    assert.deepEqual(asked, ['DELETE /api/sessions/s', get, end, get, end, get, end, get]);
  });
});
