import { type CellOutputs, type ExecuteReply } from '../kernel';
import { type ErrorOutput } from '../ipynb';

/** A stack's line, as V8 writes it; those of causes are indented further. */
const STACK = /^ {4}(at |\.\.\. \d+ lines matching )/;
/** How an error begins: its name, in a form that few other lines have. */
const NAMED = /^(?:Uncaught )?\[?[\w.$]*(?:Error|Exception)\b/;

/**
 * The error that a cell ended in, as one line: `RangeError: x is too large: 2`. Kernels say it by a message of its own
 * (ipykernel), in their reply, or, as tslab, only on the cell's stderr, where a cell may have printed before.
 */
export function errorOf(reply: ExecuteReply, outputs: CellOutputs): string {
  const shown = outputs.outputs.filter((output): output is ErrorOutput => output.output_type === 'error').at(-1);
  const said = named(shown) ?? named(reply as Partial<ErrorOutput>);
  return said ?? errorLine(outputs.streamText('stderr')) ?? 'the cell failed without a message';
}

function named(error: Partial<ErrorOutput> | undefined): string | undefined {
  const { ename, evalue } = error ?? {};
  if (typeof ename !== 'string' || ename === '') return undefined;
  const [first = ''] = typeof evalue === 'string' ? evalue.split('\n') : [];
  return first === '' ? ename : `${ename}: ${first}`;
}

/**
 * The line of a text from stderr that names the exception: above its last stack, the line that begins an error, else the
 * line right above; without a stack the last line in brackets, as an error without one is printed, else the first line.
 */
function errorLine(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trimEnd());
  const above = linesAboveStack(lines);
  const begin = above.filter((line) => NAMED.test(line)).at(-1) ?? above.at(-1);
  const bare = lines.filter((line) => line.startsWith('[') && NAMED.test(line)).at(-1);
  const found = begin ?? bare ?? lines.find((line) => line.trim() !== '');
  return found?.trim().replace(/^\[(.*)\]$/, '$1');
}

/** Lines between the last stack and the one before it. */
function linesAboveStack(lines: readonly string[]): string[] {
  const inStack = lines.map((line) => STACK.test(line));
  const last = inStack.lastIndexOf(true);
  const begin = inStack.lastIndexOf(false, last);
  const before = begin < 0 ? -1 : inStack.lastIndexOf(true, begin);
  return lines.slice(before + 1, begin + 1).filter((line) => line !== '');
}
