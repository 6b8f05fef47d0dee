/**
 * Loaded into a kernel before tslab: no message of it may be refused. zeromq sends at once 512 times, then puts one message
 * off to let other events through, and refuses the next one meanwhile as "busy writing". tslab waits for none of its
 * messages, so after some 170 cells the end of a cell was lost and the cell stayed busy for good. Sockets without a
 * timeout never put a message off; a publisher, and a router to somebody who reads, never have to wait.
 *
 * https://github.com/zeromq/zeromq.js, `Socket::Send` in `src/socket.cc` (6.8.0)
 */
import Module from 'node:module';

interface Sender {
  sendTimeout: number;
  send(...parts: unknown[]): unknown;
}
type Loader = (request: string, ...rest: unknown[]) => unknown;

const modules = Module as unknown as { _load: Loader };
const load = modules._load;
const patched = new WeakSet<object>();

modules._load = function (this: unknown, request: string, ...rest: unknown[]): unknown {
  const loaded = load.call(this, request, ...rest);
  if (request === 'zeromq') for (const name of ['Publisher', 'Router']) sendAtOnce(loaded, name);
  return loaded;
};

function sendAtOnce(zeromq: unknown, name: string): void {
  const prototype = (zeromq as Record<string, { prototype: Sender } | undefined>)[name]?.prototype;
  if (prototype === undefined || patched.has(prototype)) return;
  patched.add(prototype);
  const { send } = prototype;
  function sendNow(this: Sender, ...parts: unknown[]): unknown {
    if (this.sendTimeout !== 0) this.sendTimeout = 0;
    return send.apply(this, parts);
  }
  Object.defineProperty(prototype, 'send', { value: sendNow, writable: true, configurable: true });
}
