import { type Cell } from '../ipynb';

/** What tslab prints on stderr when an exception comes after or beside a cell, whose reply is `ok` all the same. */
const LATE = /^(UncaughtException|UnhandledPromiseRejection): ?(.*)$/m;

/** The message for a late exception. */
export function awaitedByNone(late: string): string {
  return `an exception that no cell awaited: ${late}`;
}

/** What a Jupyter server prints instead of outputs that it drops. */
const DROPPED = /^IOPub (data|message) rate exceeded\.?/m;

/** The first late exception in a text from stderr, as one line; undefined when there is none. */
export function lateException(stderr: string): string | undefined {
  return LATE.exec(stderr)?.[0].trim();
}

/**
 * The cell that a late exception comes from. tslab's stack names no cell, so it is found by the functions in the stack
 * and the text of the message: the one cell up to `shownBy` that declares or contains them. Where none or several do,
 * `shownBy`.
 */
export function causeOf(stderr: string, cells: readonly Cell[], shownBy: number): number {
  const thrown = stderr.slice(LATE.exec(stderr)?.index ?? 0);
  const message = /^\w+: (?:\w*Error: )?(.+)$/m.exec(thrown)?.[1]?.trim() ?? '';
  const functions = [...thrown.matchAll(/^\s+at (?:async )?([A-Za-z_$][\w$]*) \(evalmachine/gm)].map(
    (match) => match[1],
  );
  const declares = (source: string): boolean =>
    functions.some((name) =>
      new RegExp(`\\b(function|const|let|var)\\s+${name.replace(/\$/g, '\\$')}\\b`).test(source),
    );
  const says = (source: string): boolean => message.length > 3 && source.includes(message);
  for (const matches of [declares, says]) {
    const found = cells.flatMap((cell, index) =>
      index <= shownBy && cell.cell_type === 'code' && matches(cell.source) ? [index] : [],
    );
    if (found.length === 1) return found[0];
  }
  return shownBy;
}

/** Whether the server says that it dropped outputs. */
export function droppedOutputs(stderr: string): boolean {
  return DROPPED.test(stderr);
}

/** How long timers and promises that a notebook left behind are waited for, at most. */
const SETTLE_MS = 2_000;

/**
 * The cell the runner adds at the end: it waits until the kernel's process has nothing left to do but to listen, or
 * {@link SETTLE_MS}, so that what a notebook forgot to await still happens while the runner watches. Its own timer is
 * cleared whenever it counts. The text goes through `eval` so that tslab does not type-check it.
 */
export const SETTLE_SOURCE = `const settled = await globalThis.eval(${JSON.stringify(`(async () => {
  const busy = /^(Timeout|Immediate|FSReq|GetAddrInfo|TCPSocketWrap|TLSWrap|ProcessWrap)/;
  const waiting = () => process.getActiveResourcesInfo().filter((name) => busy.test(name)).length;
  const end = Date.now() + ${SETTLE_MS};
  const pause = () => new Promise((resolve) => {
    const timer = setInterval(() => { clearInterval(timer); resolve(); }, 5);
  });
  await new Promise((resolve) => setImmediate(resolve));
  let left = waiting();
  while (left > 0 && Date.now() < end) { await pause(); left = waiting(); }
  return left;
})()`)});`;
