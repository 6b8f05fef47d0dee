import { compare, type Diagnosis, type Tolerance } from './compare';
import { typeName, valueText } from './describe';

/** One call of a learner's function and what it must give. */
export interface Case {
  readonly args: readonly unknown[];
  readonly expected: unknown;
  /** What the case is about: `an empty list`. @default its arguments */
  readonly name?: string;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What an exception from a learner's code becomes. */
export function thrown(error: unknown, where?: string): Diagnosis {
  const text = message(error);
  const place = where === undefined ? '' : ` for ${where}`;
  return {
    reason: 'throws',
    message: `The code throws${place}: ${text}`,
    got: text,
    ...(where === undefined ? {} : { where }),
  };
}

/**
 * Calls a learner's function on cases, one after the other, and gives the first that goes wrong.
 * @returns undefined when all agree within the tolerance
 */
export async function onCases(
  answer: unknown,
  cases: readonly Case[],
  tolerance: Tolerance = {},
): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') {
    return {
      reason: 'type',
      message: `Expected a function, got ${typeName(answer)}.`,
      expected: 'function',
      got: typeName(answer),
    };
  }
  for (const { args, expected, name } of cases) {
    const where = name ?? `(${args.map(valueText).join(', ')})`;
    let got: unknown;
    try {
      got = await (answer as (...values: readonly unknown[]) => unknown)(...args);
    } catch (error) {
      return thrown(error, where);
    }
    const found = compare(got, expected, tolerance);
    if (found) return { ...found, message: `For ${where}: ${found.message}`, where: `${where}${found.where ?? ''}` };
  }
  return undefined;
}
