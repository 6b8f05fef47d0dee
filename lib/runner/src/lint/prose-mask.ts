/** Text with the parts that hold no prose blanked, so that positions and lines stay what they are. */
const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** In this order: what comes first may hold what comes later. */
const NO_PROSE: readonly RegExp[] = [
  /^(```|~~~)[^\n]*\n[\s\S]*?\n\1[ \t]*$/gm, // fences
  /<!--[\s\S]*?-->/g,
  /``[^\n]*?``|`[^`\n]+`/g,
  /\$\$[\s\S]+?\$\$/g,
  /\$(?=\S)[^$\n]*[^$\s\\]\$(?!\d)/g, // formulas; "$5 and $6" is none
  /(?<=\])\([^)\s]+(\s+"[^"]*")?\)/g, // where links and pictures lead
  /<\/?[a-z][^>]*>/gi,
  /https?:\/\/\S+/g,
];

/** Numbers that count nothing: of headings, lists, links to numbered pages, exercises, lines of a listing, shapes. */
const NO_MEASURE: readonly RegExp[] = [
  /(?<=\[)\d+\.(?= [A-Z][^\]\n]*\])/g,
  /^#{1,6} +\d+\./gm,
  /^\s*\d+[.)](?= )/gm,
  /^#+ .*\(\d+ points?(, [a-z ]+)?\)/gm,
  /\b(sections?|lines?|cells?|steps?|parts?|figures?|tables?|versions?|exercises?|notebooks?|layers?|stages?|blocks?) \d+((, | and | to |–|-)\d+)*/gi,
  /\[[\d\s,x×]+\]/g,
  /\b(19|20)\d\d\b(?! ?(%|ms|s|bytes|pictures|times)\b)/g,
];

/** The prose of a Markdown cell, code, formulas, addresses and what only numbers things blanked. */
export function maskProse(markdown: string): string {
  return [...NO_PROSE, ...NO_MEASURE].reduce((text, pattern) => text.replace(pattern, blank), markdown);
}

/** A piece of text and where it begins. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const BLOCK_START = /^\s*([-*+]|\d+[.)]) |^\s*\||^#{1,6} |^\s*>/;

/** Paragraphs, items of lists, rows of tables and headings. */
export function blocks(markdown: string): Span[] {
  const found: { start: number; end: number }[] = [];
  let position = 0;
  let open = false;
  for (const line of markdown.split('\n')) {
    const end = position + line.length;
    const isEmpty = line.trim() === '';
    if (!isEmpty && open && !BLOCK_START.test(line)) found[found.length - 1].end = end;
    else if (!isEmpty) found.push({ start: position, end });
    open = !isEmpty && !/^#{1,6} /.test(line);
    position = end + 1;
  }
  return found;
}

/** Sentences of a block, cut where a full stop is followed by a new beginning. */
export function sentences(text: string, { start, end }: Span): Span[] {
  const found: Span[] = [];
  let from = start;
  for (const stop of text.slice(start, end).matchAll(/[.!?:][)*"]*\s+(?=[A-Z*[("`$])/g)) {
    const to = start + stop.index + stop[0].length;
    found.push({ start: from, end: to });
    from = to;
  }
  return [...found, { start: from, end }];
}
