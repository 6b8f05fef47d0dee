import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A loopback server whose answers a test writes itself; it keeps the ranges that were asked for. */
export class BadServer {
  readonly ranges: (string | undefined)[] = [];
  readonly paths: string[] = [];
  private readonly server = createServer((request, response) => {
    this.ranges.push(request.headers.range);
    this.paths.push(request.url ?? '');
    this.handler(request, response);
  });

  constructor(private readonly handler: Handler) {}

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Starts a server for the length of `body`. */
export async function withServer(
  handler: Handler,
  body: (url: string, server: BadServer) => Promise<void>,
): Promise<void> {
  const server = new BadServer(handler);
  const url = await server.listen();
  try {
    await body(url, server);
  } finally {
    await server.close();
  }
}

/** Sends a file as a good server does: whole, or from the byte asked for. */
export function serve(data: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= data.length) {
    response.writeHead(416, { 'content-range': `bytes */${data.length}` }).end();
    return;
  }
  const range = start > 0 ? { 'content-range': `bytes ${start}-${data.length - 1}/${data.length}` } : {};
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': data.length - start, etag: '"one"', ...range });
  response.end(data.subarray(start));
}
