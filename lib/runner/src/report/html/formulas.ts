import { Marked, type MarkedExtension, type Tokens } from 'marked';
import { renderToString } from 'temml';
import { escapeMarkup } from '../escape';

/** A formula of a Markdown text, in LaTeX. */
export interface Formula {
  readonly tex: string;
  /** Whether it stands in a line of its own: `$$...$$`. */
  readonly display: boolean;
}

/**
 * As MathML, which browsers draw themselves.
 * @throws Error that says where the LaTeX cannot be read
 */
export function formulaHtml({ tex, display }: Formula): string {
  return renderToString(tex, { displayMode: display, throwOnError: true, strict: true });
}

/** Formulas of a Markdown text, in their order; code and amounts of dollars are none. */
export function formulas(markdown: string): Formula[] {
  const found: Formula[] = [];
  const parser = new Marked(
    formulaSyntax(({ tex, display }) => {
      found.push({ tex, display });
      return '';
    }),
  );
  parser.parse(markdown, { async: false, gfm: true });
  return found;
}

/** The source itself, where it cannot be read: a page is no place to fail. */
function htmlOrSource(formula: Formula): string {
  try {
    return formulaHtml(formula);
  } catch {
    return `<code>${escapeMarkup(formula.tex)}</code>`;
  }
}

const DISPLAY = /^\$\$([\s\S]+?)\$\$/;
/** As pandoc reads it: no space inside the dollars, no digit behind them, so that "$5 and $6" stays what it is. */
const INLINE = /^\$(?![\s$])((?:\\[^\n]|[^$`\\\n])*?(?:\\[^\n]|[^\s$`\\]))\$(?!\d)/;

function token(type: string, source: string): (Tokens.Generic & Formula) | undefined {
  const match = DISPLAY.exec(source) ?? (type === 'inlineFormula' ? INLINE.exec(source) : null);
  if (!match) return undefined;
  return { type, raw: match[0], tex: match[1].trim(), display: match[0].startsWith('$$') };
}

/** What adds `$...$` and `$$...$$` to Markdown, as JupyterLab reads them. */
export function formulaSyntax(write: (formula: Formula) => string = htmlOrSource): MarkedExtension {
  const extension = (name: string, level: 'block' | 'inline'): object => ({
    name,
    level,
    start: (source: string) => {
      const at = source.indexOf(level === 'block' ? '$$' : '$');
      return at < 0 ? undefined : at;
    },
    tokenizer: (source: string) => token(name, source),
    renderer: (found: Tokens.Generic) => write(found as Tokens.Generic & Formula),
  });
  return {
    extensions: [
      extension('blockFormula', 'block'),
      extension('inlineFormula', 'inline'),
    ] as MarkedExtension['extensions'],
  };
}

/** MathML's elements and attributes that formulas are made of: none of them runs, links or loads anything. */
export const MATHML = {
  tags: 'math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts'.split(
    ' ',
  ),
  attributes:
    'display displaystyle scriptlevel mathvariant fence form stretchy symmetric separator largeop movablelimits lspace rspace minsize maxsize accent accentunder linethickness width height depth voffset columnalign columnspacing rowspacing rowspan columnspan notation'.split(
      ' ',
    ),
};
