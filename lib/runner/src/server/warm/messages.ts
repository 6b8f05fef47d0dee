/**
 * Loaded into a kernel before tslab: no message of it may be lost. tslab waits for none of its messages, and zeromq loses
 * them in two ways. After 512 sent at once a socket puts one off, to let other events through, and refuses the next one
 * meanwhile as "busy writing": a cell that printed much lost lines, and after some 170 cells the end of one was lost, which
 * stayed busy for good. A socket without a timeout never puts one off. And a publisher drops what is more than a thousand
 * messages ahead of its reader.
 *
 * https://github.com/zeromq/zeromq.js, `Socket::Send` in `src/socket.cc` (6.8.0); https://libzmq.readthedocs.io, ZMQ_PUB
 */
import Module from 'node:module';

type SocketClass = new (options?: Record<string, unknown>) => object;
type Loader = (request: string, ...rest: unknown[]) => unknown;

/** Options of the sockets by which a kernel answers. */
const OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  Publisher: { sendTimeout: 0, sendHighWaterMark: 0 },
  Router: { sendTimeout: 0 },
};

const modules = Module as unknown as { _load: Loader };
const load = modules._load;
const changed = new WeakSet<object>();

modules._load = function (this: unknown, request: string, ...rest: unknown[]): unknown {
  const loaded = load.call(this, request, ...rest);
  if (request === 'zeromq' && !changed.has(loaded as object)) changeSockets(loaded as Record<string, SocketClass>);
  return loaded;
};

function changeSockets(zeromq: Record<string, SocketClass>): void {
  changed.add(zeromq);
  for (const [name, own] of Object.entries(OPTIONS)) {
    const Plain = zeromq[name];
    zeromq[name] = class extends Plain {
      constructor(options: Record<string, unknown> = {}) {
        super({ ...own, ...options });
      }
    };
  }
}
