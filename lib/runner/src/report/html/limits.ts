import { isObject, type Json } from '../../ipynb';
import { type Library } from './assets';

/** What a chart may hold so that a browser draws it in seconds. */
const MOST_VALUES = 1_000_000;
const MOST_CATEGORIES = 20_000;
/** Vega's functions and transforms that make as many items as they are told. */
const MAKERS = /\b(sequence|pad|repeat)\s*\(([^()]*)\)/g;
const MOST_MADE = 1_000_000;

/** Why a chart would hang the page, as far as its text tells; undefined for a chart like others. */
export function chartExcess(library: Library, spec: Json): string | undefined {
  let values = 0;
  const categories = new Set<string>();
  const open: Json[] = [spec];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (Array.isArray(each)) open.push(...each.slice(0, MOST_VALUES + 1));
    else if (isObject(each)) {
      if (each.type === 'sequence' || isObject(each.sequence)) {
        const made = madeBy(isObject(each.sequence) ? each.sequence : each);
        if (made > MOST_MADE) return `it makes ${made} values by itself, at most ${MOST_MADE} are drawn`;
      }
      open.push(...Object.values(each));
    } else if (typeof each === 'string') {
      if (library === 'plotly') categories.add(each);
      else if (largestMade(each) > MOST_MADE) return `an expression makes more than ${MOST_MADE} items`;
    }
    values += 1;
    if (values > MOST_VALUES) return `it holds more than ${MOST_VALUES} values`;
    if (categories.size > MOST_CATEGORIES) return `it holds more than ${MOST_CATEGORIES} categories`;
  }
  return undefined;
}

function madeBy({ start = 0, stop = 0, step = 1 }: { [name: string]: Json }): number {
  const made = (Number(stop) - Number(start)) / Number(step);
  return Number.isNaN(made) ? 0 : Math.abs(made);
}

function largestMade(expression: string): number {
  let largest = 0;
  for (const [, , parameters] of expression.matchAll(MAKERS)) {
    for (const [literal] of parameters.matchAll(/\d[\d.]*(e\+?\d+)?/gi)) largest = Math.max(largest, Number(literal));
  }
  return largest;
}
