/** What tslab prints on stderr when an exception comes after or beside a cell, whose reply is `ok` all the same. */
const LATE = /^(UncaughtException|UnhandledPromiseRejection): ?(.*)$/m;

/** What a Jupyter server prints instead of outputs that it drops. */
const DROPPED = /^IOPub (data|message) rate exceeded\.?/m;

/** The first late exception in a text from stderr, as one line; undefined when there is none. */
export function lateException(stderr: string): string | undefined {
  return LATE.exec(stderr)?.[0].trim();
}

/** Whether the server says that it dropped outputs. */
export function droppedOutputs(stderr: string): boolean {
  return DROPPED.test(stderr);
}

/** How long timers and promises that a notebook left behind are waited for, at most. */
export const SETTLE_MS = 2_000;

/**
 * The cell the runner adds at the end: it waits until the kernel's process has nothing left to do but to listen, or
 * {@link SETTLE_MS}, so that what a notebook forgot to await still happens while the runner watches. It waits on
 * `setImmediate` and on timers that do not count themselves.
 */
export const SETTLE_SOURCE = `const settled = await (globalThis as any).eval(${JSON.stringify(`(async () => {
  const waiting = () => process.getActiveResourcesInfo().filter((name) => /^(Timeout|Immediate|FSReq|GetAddrInfo|TCPSocketWrap|TLSWrap|PROCESSWRAP|ProcessWrap|HTTP|Promise)/.test(name)).length;
  const end = Date.now() + ${SETTLE_MS};
  const pause = () => new Promise((resolve) => { const timer = setInterval(() => { clearInterval(timer); resolve(); }, 5); });
  await new Promise((resolve) => setImmediate(resolve));
  let left = waiting();
  while (left > 0 && Date.now() < end) { await pause(); left = waiting(); }
  return left;
})()`)});`;
