/**
 * Strings and templates stay; comments, white space and semicolons say nothing, nor does the way in which the kernel's
 * compiler reaches a name of an earlier cell: exports.prune.levels(net), models_1.table().
 */
const TOKENS =
  /('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[^]*?\*\/|\s+|;|(?<![\w$.])(?:exports|[\w$]+_\d+)\.(?=[\w$])/g;

function plainSource(text: string): string {
  return text.replace(TOKENS, (_, literal: string | undefined) => literal ?? '').replace(/,(?=[)\]}])/g, '');
}

/**
 * What was handed over, in a form in which an untouched stub is known again: a function by its source without comments
 * and white space, other values as JSON. undefined for what has no such form.
 */
export function fingerprint(handed: unknown): string | undefined {
  if (typeof handed === 'function') return `function ${plainSource(String(handed))}`;
  try {
    return handed === undefined ? undefined : `value ${JSON.stringify(handed)}`;
  } catch {
    return undefined;
  }
}
