const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Text from a quoted literal of Python 2, as protocol 0 writes byte strings. */
export function quotedText(line: string): string {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote)
    throw new Error('The pickle holds a text without quotes.');
  return line.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/gs, (whole, code: string) => {
    if (/^x../.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 0xff);
    return ESCAPES[code] ?? whole;
  });
}

/** Text in Python's raw-unicode-escape, as protocol 0 writes it. */
export function escapedText(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const code = parseInt(short ?? (long as string), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
