import { valueText } from '../describe';
import type { ChoiceDefinition } from '../types';
import { notYet, passed, type Judgement } from './judgement';

/** Judges a key, or a list of keys of which all must be right. */
export function judgeChoice(definition: ChoiceDefinition, answer: unknown): Judgement {
  const keys = Object.keys(definition.choices);
  const chosen = [answer].flat();
  const unknown = chosen.find((key) => typeof key !== 'string' || !keys.includes(key));
  if (unknown !== undefined || chosen.length === 0) {
    const got = valueText(answer);
    return notYet({
      reason: 'no such choice',
      message: `Expected one of ${keys.join(', ')}, got ${got}.`,
      expected: keys.join(', '),
      got,
    });
  }
  const right = [definition.reference].flat();
  const wrong = (chosen as string[]).find((key) => !right.includes(key));
  if (wrong !== undefined) {
    const mistake = definition.mistakes?.[wrong] ?? { reason: `chose ${wrong}`, message: `Not ${wrong}.` };
    const got = `${wrong}: ${definition.choices[wrong]}`;
    return notYet({ reason: mistake.reason, message: mistake.message, expected: `another of ${keys.join(', ')}`, got });
  }
  if (right.some((key) => !chosen.includes(key))) {
    return notYet({
      reason: 'incomplete',
      message: 'Right so far, but not all of it.',
      expected: `${right.length} choices`,
      got: chosen.join(', '),
    });
  }
  return { ...passed, message: `Right: ${right.map((key) => definition.choices[key]).join('; ')}` };
}
