import { formatNumber } from '../../display';
import { close } from '../compare';
import { typeName, valueText } from '../describe';
import type { NumberDefinition } from '../types';
import { notYet, passed, withUnit, type Judgement } from './judgement';

const UNIT_FACTORS = [1e3, 1e6, 1e9, 1e-3, 1e-6, 1e-9, 100, 0.01];

/** What would pass, without the number itself: one wrong try must not give the answer away. */
function toleranceText(
  { absolute = 0, relative = 0 }: NumberDefinition['tolerance'],
  unit: string | undefined,
): string {
  const parts = [
    ...(absolute === 0 ? [] : [withUnit(absolute, unit)]),
    ...(relative === 0 ? [] : [`${formatNumber(relative * 100)} %`]),
  ];
  if (parts.length === 0) return `exactly the right number${unit === undefined ? '' : ` of ${unit}`}`;
  const within = `within ${parts.join(' and ')} of the right number`;
  return unit === undefined || absolute !== 0 ? within : `${within}, in ${unit}`;
}

/** Judges a number: known mistakes first, then a slip of the unit, then which side it is on. */
export async function judgeNumber<C>(definition: NumberDefinition<C>, answer: unknown, context: C): Promise<Judgement> {
  const { tolerance, unit, mistakes = [] } = definition;
  if (typeof answer !== 'number' || !Number.isFinite(answer)) {
    const got = valueText(answer);
    return notYet({
      reason: 'not a number',
      message: `Expected a number, got ${typeName(answer)}.`,
      expected: 'a number',
      got,
    });
  }
  const { reference } = definition;
  const expected = typeof reference === 'function' ? await reference(context) : reference;
  if (close(answer, expected, tolerance)) return { ...passed, message: `Right: ${withUnit(expected, unit)}.` };
  const got = withUnit(answer, unit);
  const wanted = toleranceText(tolerance, unit);
  for (const mistake of mistakes) {
    const value = typeof mistake.value === 'function' ? mistake.value(context) : mistake.value;
    if (close(answer, value, tolerance))
      return notYet({ reason: mistake.reason, message: mistake.message, expected: wanted, got });
  }
  const factor = UNIT_FACTORS.find((candidate) => expected !== 0 && close(answer / candidate, expected, tolerance));
  if (factor !== undefined) {
    return notYet({
      reason: 'unit',
      message: `Off by a factor of ${formatNumber(factor)}: look at the unit.`,
      expected: wanted,
      got,
    });
  }
  const reason = answer < expected ? 'too small' : 'too large';
  return notYet({ reason, message: `The number is ${reason}.`, expected: wanted, got });
}
