/** Index of the closing quote of the string that opens at `start`. */
function stringEnd(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

/** The first name that some object of a JSON text has twice, or null; `JSON.parse` would silently keep the last one. */
export function duplicateKey(text: string): string | null {
  const open: Array<Set<string> | null> = []; // names of each open object, null for an array
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') open.push(c === '{' ? new Set() : null);
    else if (c === '}' || c === ']') open.pop();
    else if (c === '"') {
      const end = stringEnd(text, i);
      const names = open.at(-1);
      if (names && /^\s*:/.test(text.slice(end + 1, end + 65))) {
        const name = JSON.parse(text.slice(i, end + 1)) as string;
        if (names.has(name)) return name;
        names.add(name);
      }
      i = end;
    }
  }
  return null;
}
