import type { Answers, WrongAnswer } from '../types';

/** A stretch of a source file between its marks. */
interface Region {
  readonly name: string;
  /** What stands behind the name: the reason of a wrong answer. */
  readonly reason: string;
  /** Line of its BEGIN, from 1. */
  readonly line: number;
  readonly source: string;
}

const MARK = /^\s*\/\/\s*(BEGIN|END)\b\s*(\S*)\s*(.*?)\s*$/;
const NAMES = ['STUB', 'SOLUTION', 'GUESS', 'VARIANT', 'WRONG'];
/** Says that the next line is wrong by type on purpose: for the compiler, not for the notebook. */
const EXPECTED_ERROR = /^\s*\/\/ @ts-expect-error\b/;

/** Takes the indentation off that all lines share, and empty lines at both ends. */
function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const common = Math.min(...indents);
  const cut = lines.map((line) => line.slice(common)).join('\n');
  return cut.replace(/^\n+|\n+$/g, '');
}

/** The marked regions of a source file; throws for marks that do not fit together. */
function regionsOf(file: string, text: string): Region[] {
  const regions: Region[] = [];
  let open: Omit<Region, 'source'> | undefined;
  let inside: string[] = [];
  const fail = (line: number, problem: string): never => {
    throw new Error(`${file}:${line}: ${problem}`);
  };
  text.split('\n').forEach((content, at) => {
    const line = at + 1;
    const mark = MARK.exec(content);
    if (mark === null) {
      if (!EXPECTED_ERROR.test(content)) inside.push(content);
      return;
    }
    const [, side, name, reason] = mark;
    if (!NAMES.includes(name)) fail(line, `expected ${side} of ${NAMES.join(', ')}, got '${side} ${name}'.`);
    if (side === 'BEGIN') {
      if (open) fail(line, `BEGIN ${name} stands inside ${open.name} of line ${open.line}; end that one first.`);
      open = { name, reason, line };
    } else if (open?.name !== name) {
      const before = open ? `${open.name} of line ${open.line} is open` : 'nothing is open';
      fail(line, `END ${name} ends nothing: ${before}.`);
    } else {
      if (!inside.some((each) => each.trim() !== ''))
        fail(open.line, `${name} is empty; write code between its marks.`);
      regions.push({ ...open, source: dedent(inside) });
      open = undefined;
    }
    inside = [];
  });
  const left = open as Region | undefined;
  if (left) fail(left.line, `${left.name} is never ended; write // END ${left.name} below its code.`);
  return regions;
}

/**
 * Cuts the answers of an exercise out of the text of a source file:
 * ```js
 * // BEGIN SOLUTION
 * ex.A6.answer(128 * 128 * 64 * 7 * 7 * 3);
 * // END SOLUTION
 * // BEGIN WRONG not a number
 * // @ts-expect-error a text
 * ex.A6.answer('many');
 * // END WRONG
 * ```
 * `STUB` is the cell before anybody answered, `WRONG` is followed by the reason that the check must give, `VARIANT` (an
 * answer that passes its check and behaves otherwise afterwards) by the variable of a later cell that it must change.
 * A prediction has a `GUESS` in place of a solution: the runner hands it over, no page shows it. Comments
 * `// @ts-expect-error` are for the compiler and left out; so is what stands outside the marks.
 *
 * @param file named in errors
 * @throws Error with file and line for marks that are unknown, nested, unclosed, empty or too many
 */
export function answersIn(file: string, text: string): Answers {
  const regions = regionsOf(file, text);
  const only = (name: string): string | undefined => {
    const [first, second] = regions.filter((region) => region.name === name);
    if (second) throw new Error(`${file}:${second.line}: expected one ${name}, got another in line ${first.line}.`);
    return first?.source;
  };
  const wrong = regions
    .filter(({ name }) => name === 'WRONG')
    .map(({ source, reason, line }): WrongAnswer => {
      if (reason === '') throw new Error(`${file}:${line}: expected the reason of the check behind WRONG, got none.`);
      return { source, reason };
    });
  const variants = regions
    .filter(({ name }) => name === 'VARIANT')
    .map(({ source, reason, line }) => {
      if (!/^[\w$]+$/.test(reason))
        throw new Error(`${file}:${line}: expected the variable that changes behind VARIANT, got '${reason}'.`);
      return { source, changes: reason };
    });
  const [stub, solution, guess] = [only('STUB'), only('SOLUTION'), only('GUESS')];
  if (solution !== undefined && guess !== undefined)
    throw new Error(`${file}:1: expected a SOLUTION, or for a prediction a GUESS, got both.`);
  if (solution === undefined && guess === undefined)
    throw new Error(`${file}:1: expected a SOLUTION between marks, got none.`);
  return {
    solution: (solution ?? guess) as string,
    wrong,
    ...(guess === undefined ? {} : { guess: true }),
    ...(variants.length === 0 ? {} : { variants }),
    ...(stub === undefined ? {} : { stub }),
  };
}
