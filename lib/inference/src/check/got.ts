/** A value as a message shows it: text in quotes, lists and objects as JSON, no more than fits on a line. */
export function got(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return shortened(`[${value.map(got).join(', ')}]`);
  if (Object.getPrototypeOf(value) !== Object.prototype) return `an object of class ${value.constructor?.name ?? '?'}`;
  return shortened(JSON.stringify(value));
}

const LONGEST = 80;

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} ...`;
}
