import { childrenOf, withChildren, type Part, type Spec } from './parts';

/** A spec as the line of code that runs it again. */
export function printSpec(spec: Spec): string {
  return `check(${literal(spec)});`;
}

/** A JavaScript literal with keys unquoted and short lists on one line. */
function literal(value: unknown, indent = ''): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return `[${value.join(', ')}]`;
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join('')}${indent}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${value}'` : String(value);
  const fields = Object.entries(value);
  const nested = fields.some(
    ([, item]) => typeof item === 'object' && !(Array.isArray(item) && item.every((n) => typeof n !== 'object')),
  );
  const one = `{ ${fields.map(([key, item]) => `${key}: ${literal(item)}`).join(', ')} }`;
  if (!nested && one.length < 100) return one;
  return `{\n${fields.map(([key, item]) => `${inner}${key}: ${literal(item, inner)},\n`).join('')}${indent}}`;
}

/** Number of parts, which shrinking makes smaller. */
export const sizeOf = (part: Part): number => 1 + childrenOf(part).reduce((sum, child) => sum + sizeOf(child), 0);

export { withChildren };
