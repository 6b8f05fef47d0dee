const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

/**
 * Shows that something is being done: on a terminal one line whose seconds count up, elsewhere a line when it begins and
 * one when it ends.
 *
 * @param {string} title @param {(line: string) => void} say where whole lines go
 */
export function progressLine(title, say = console.log) {
  const startMs = performance.now();
  const live = process.stdout.isTTY === true && say === console.log;
  const draw = () => process.stdout.write(`\r\x1b[K  ${title} ... ${seconds(startMs)}`);
  if (!live) say(`  ${title} ...`);
  const timer = live ? setInterval(draw, 200) : undefined;
  timer?.unref();
  if (live) draw();
  return {
    /** Ends the line with a word and the time it took; a note follows on a line of its own. */
    end(word, note) {
      clearInterval(timer);
      if (live) process.stdout.write('\r\x1b[K');
      say(`  ${title}: ${word} (${seconds(startMs)})`);
      if (note) say(`    ${note}`);
    },
  };
}
