import { type Cell, hasTag, type Notebook, TAGS } from '../ipynb';
import { blocks, maskProse, sentences, type Span } from './prose-mask';
import { type CellFinding } from './types';

/**
 * What a workbook says in figures must come from its reader's run, which only a cell can print, or from a publication
 * that is named. So a number in Markdown is found unless
 *
 * - its sentence holds a link, or its paragraph (item of a list, row of a table) the mark
 *   `<!-- published: where -->`: it is **published**;
 * - its paragraph holds the mark `<!-- given: why -->`: it is a parameter, a definition or exact arithmetic;
 * - it is part of a name or a size (`ResNet-50`, `8-bit`, `7x7`, `[1, 256, 256, 3]`), code, a formula, a year, the
 *   number of a heading, a section or a line, or 0, 1 or 2 without a unit;
 * - it is what an exercise sets: in a question, a bold number or one without a unit of measurement. There one mark
 *   counts for the whole cell.
 *
 * Ratios in words ("four times as fast", "twice as large") are numbers, too.
 */
const MARK = /<!--\s*(published|given):\s*\S[\s\S]*?-->/;
const LINK = /\]\(https?:\/\/[^)\s]+\)/;
const NUMBER =
  /(?<![\w.,/:^-]|\d[ x×])[+−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?:(?=[x×](?![\dx×]))[x×]|(?=-fold\b)-fold)?(?![\w^]|-[a-z]|[.,:/]\d|[x×]\d)/gi;
const UNIT =
  /^(\s|\*|&nbsp;)?\s?(%|percentage points?|per ?cent\b|points?\b|times|x\b|×|ms\b|µs\b|s\b|seconds?|minutes?|hours?|[kKMGT]i?B\b|bytes?|pictures (a|per) second|GFLOPs?|FLOPs?|faster|slower)/;
const RATIO =
  /\b(twice|thrice|(two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|thousand) times)( as (fast|slow|small|large|big|long|many|much)| (faster|slower|smaller|larger|longer|less|more|fewer)|-fold)\b/gi;

/** Numbers that need no unit to be exact: nothing, the whole, a pair. */
const EXACT = /^[+−-]?[012]$/;

/** A number in prose that nothing vouches for. */
export interface ProseNumber {
  /** Line in the text, from 1. */
  readonly line: number;
  /** The number with what follows it, as written. */
  readonly text: string;
}

/**
 * Numbers of a Markdown text that are neither published nor given.
 * @param isQuestion whether it is an exercise's question, which sets numbers of its own
 */
export function proseNumbers(markdown: string, isQuestion = false): ProseNumber[] {
  if (isQuestion && MARK.test(markdown)) return [];
  const masked = maskProse(markdown);
  return blocks(markdown)
    .filter(({ start, end }) => !MARK.test(markdown.slice(start, end)))
    .flatMap((block) => sentences(masked, block))
    .filter(({ start, end }) => !LINK.test(markdown.slice(start, end)))
    .flatMap((sentence) => numbersOf(masked, sentence, isQuestion))
    .map(({ at, text }) => ({ line: markdown.slice(0, at).split('\n').length, text }));
}

function numbersOf(masked: string, { start, end }: Span, isQuestion: boolean): { at: number; text: string }[] {
  const sentence = masked.slice(start, end);
  const found: { at: number; text: string }[] = [];
  for (const match of sentence.matchAll(NUMBER)) {
    const after = sentence.slice(match.index + match[0].length);
    const unit = UNIT.exec(after)?.[0] ?? '';
    if (unit === '' && (isQuestion || EXACT.test(match[0]))) continue;
    if (isQuestion && isBold(sentence, match.index)) continue;
    found.push({ at: start + match.index, text: `${match[0]}${unit}`.replace(/\*/g, '') });
  }
  for (const match of sentence.matchAll(RATIO)) found.push({ at: start + match.index, text: match[0] });
  return found;
}

/** Whether a position lies between two pairs of asterisks. */
function isBold(sentence: string, at: number): boolean {
  return sentence.slice(0, at).split('**').length % 2 === 0;
}

/** Numbers in the Markdown cells of a workbook, a notebook with exercises, and in its model answers in words. */
export function lintProse(notebook: Notebook): CellFinding[] {
  if (!notebook.cells.some((cell) => hasTag(cell, TAGS.answer))) return [];
  return notebook.cells.flatMap((cell, index) =>
    numbersOfCell(cell).map(({ line, text }) => ({
      cell: index,
      line,
      rule: 'prose-number' as const,
      message: `"${text}" comes neither from the run nor from a source: print it, link the source or mark why it is given`,
    })),
  );
}

function numbersOfCell(cell: Cell): ProseNumber[] {
  if (cell.cell_type !== 'markdown') return [];
  if (hasTag(cell, TAGS.solution)) return solutionNumbers(cell.source);
  return proseNumbers(cell.source, hasTag(cell, TAGS.question));
}

/** Texts of at least this many words are read as prose, shorter ones as names or keys. */
const PROSE_WORDS = 6;

/** Numbers in the texts that a model answer hands over; what it computes (`${...}`) is its reader's. */
function solutionNumbers(source: string): ProseNumber[] {
  const fence = /```ts\n([\s\S]*?)\n```/.exec(source);
  if (!fence) return [];
  const code = fence[1];
  const offset = source.slice(0, fence.index).split('\n').length;
  return [...code.matchAll(/`((?:[^`\\]|\\.)*)`|'((?:[^'\\\n]|\\.)*)'/g)]
    .map((match) => ({ at: match.index, text: (match[1] ?? match[2]).replace(/\$\{[^}]*\}/g, 'x') }))
    .filter(({ text }) => text.split(/\s+/).length >= PROSE_WORDS)
    .flatMap(({ at, text }) =>
      proseNumbers(text).map(({ line, text: number }) => ({
        line: offset + code.slice(0, at).split('\n').length + line - 1,
        text: number,
      })),
    );
}
