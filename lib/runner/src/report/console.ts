import { type CellResult, durationText, type Failure, type NotebookResult, residentText } from '../run';
import { plainText } from './escape';
import { runName } from './names';

const MARKS = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip', 'not-run': 'none' } as const;

/** The live line of one cell: mark, place, duration, kernel memory, first line of its source. */
export function cellLine(
  result: Pick<NotebookResult, 'path' | 'mode' | 'variant'>,
  cell: CellResult,
  total: number,
): string {
  const place = `${runName(result)} ${cell.index + 1}/${total}`;
  const measured = [durationText(cell.durationMs), residentText(cell.kernelBytes)].map((text) => text.padStart(7));
  return plainText([`${MARKS[cell.status]} ${place}`, ...measured, cell.title].join('  '));
}

/** Everything that went wrong in a run: cell number, what, source and streams. Empty for a run that passed. */
export function failureText(result: NotebookResult): string {
  return plainText(result.failures.map((failure) => oneFailure(result, failure)).join('\n'));
}

function oneFailure(result: NotebookResult, failure: Failure): string {
  const place = failure.cell === undefined ? runName(result) : `${runName(result)}, cell ${failure.cell + 1}`;
  const lines = [`${place}: ${failure.kind}: ${failure.message}`];
  if (failure.source !== undefined) lines.push('  source', indent(failure.source));
  if (failure.stdout) lines.push('  stdout', indent(failure.stdout));
  if (failure.stderr) lines.push('  stderr', indent(failure.stderr));
  return lines.join('\n');
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    | ${line}`)
    .join('\n');
}

/** The line for a notebook that ended. */
export function notebookLine(result: NotebookResult): string {
  const { cells, checks } = result;
  const ran = cells.filter(({ status }) => status === 'passed' || status === 'failed').length;
  const said =
    checks.length === 0 ? '' : `, ${checks.filter(({ ok }) => ok).length} of ${checks.length} checks as they must be`;
  const peak = result.peakKernelBytes === null ? '' : `, at most ${residentText(result.peakKernelBytes)}`;
  const verdict = result.status === 'passed' ? 'PASSED' : 'FAILED';
  return plainText(`${verdict} ${runName(result)}: ${ran} cells in ${durationText(result.durationMs)}${peak}${said}`);
}
