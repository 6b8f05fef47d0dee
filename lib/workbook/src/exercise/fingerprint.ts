/** Strings and templates stay, comments and white space go; semicolons and trailing commas say nothing. */
const TOKENS = /('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[^]*?\*\/|\s+|;/g;

function plainSource(text: string): string {
  return (
    text
      .replace(TOKENS, (_, literal: string | undefined) => literal ?? '')
      .replace(/,(?=[)\]}])/g, '')
      // The kernel's compiler reaches what an import brought through the module's name: models_1.table().
      .replace(/\b[\w$]+_\d+\.(?=[A-Za-z_$])/g, '')
  );
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
