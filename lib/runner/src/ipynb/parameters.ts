import { hasTag } from './cells';
import { TAGS } from './conventions';
import { type Json, type Notebook } from './types';

/** Values for the parameters cell by name. */
export type Parameters = ReadonlyMap<string, Json>;

/**
 * Reads one `name=value` of the command line. The value is JSON where it parses as such (`3`, `true`, `[1,2]`,
 * `"text"`), else the text itself.
 */
export function parseParameter(text: string): [string, Json] {
  const match = /^([A-Za-z_$][\w$]*)=(.*)$/s.exec(text);
  if (!match) throw new Error(`-p expects name=value with a TypeScript name, found "${text}".`);
  const [, name, value] = match as unknown as [string, string, string];
  try {
    return [name, JSON.parse(value) as Json];
  } catch {
    return [name, value];
  }
}

interface Declaration {
  keyword: string;
  annotation: string;
}

/** Names that the parameters cell declares, one a line: `const batch: number = 100;`. */
export function declaredParameters(notebook: Notebook): Map<string, Declaration> {
  const declared = new Map<string, Declaration>();
  for (const cell of notebook.cells) {
    if (cell.cell_type !== 'code' || !hasTag(cell, TAGS.parameters)) continue;
    for (const match of cell.source.matchAll(/^\s*(let|const|var)\s+([A-Za-z_$][\w$]*)\s*(:[^=\n]+?)?\s*=/gm)) {
      declared.set(match[2], { keyword: match[1], annotation: match[3] ?? '' });
    }
  }
  return declared;
}

/**
 * The notebook with a cell tagged `injected-parameters` right after the cell tagged `parameters`, as papermill does.
 * Names the notebook does not declare are left out; the caller reports those that no notebook declares. Declarations
 * keep their keyword and type, so that a union type stays one.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): Notebook {
  const declared = declaredParameters(notebook);
  const lines = [...parameters]
    .filter(([name]) => declared.has(name))
    .map(([name, value]) => {
      const { keyword, annotation } = declared.get(name) as Declaration;
      return `${keyword} ${name}${annotation} = ${JSON.stringify(value)};`;
    });
  if (lines.length === 0) return notebook;
  const at = notebook.cells.findIndex((cell) => cell.cell_type === 'code' && hasTag(cell, TAGS.parameters)) + 1;
  const injected = {
    cell_type: 'code' as const,
    ...(notebook.nbformat_minor >= 5 ? { id: 'injected-parameters' } : {}),
    source: lines.join('\n'),
    metadata: { tags: [TAGS.injectedParameters] },
    outputs: [],
    execution_count: null,
  };
  const earlier = notebook.cells.filter((cell) => !hasTag(cell, TAGS.injectedParameters));
  return { ...notebook, cells: [...earlier.slice(0, at), injected, ...earlier.slice(at)] };
}
