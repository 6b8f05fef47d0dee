import { typeName, valueText } from '../describe';
import type { TextDefinition } from '../types';
import { notYet, recorded, type Judgement } from './judgement';

/** Which lines of the rubric the text seems to speak of: whole words, case and accents of no importance. */
export function rubricHits(definition: TextDefinition, text: string): boolean[] {
  const plain = (value: string): string =>
    ` ${value
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `;
  const words = plain(text);
  return definition.keyTerms.map((terms) => terms.some((term) => words.includes(plain(term))));
}

/** Notes a text that is long enough to be read. */
export function judgeText(definition: TextDefinition, answer: unknown): Judgement {
  if (typeof answer !== 'string') {
    return notYet({ reason: 'not text', message: `Expected text, got ${typeName(answer)}.`, got: valueText(answer) });
  }
  const words = answer.trim().split(/\s+/).length;
  const minWords = definition.minWords ?? 12;
  if (words < minWords) {
    const message = `Say more: at least ${minWords} words, so that a reader can follow your reasons.`;
    return notYet({ reason: 'too short', message, expected: `${minWords} words`, got: `${words} words` });
  }
  return recorded('Your text is noted. Compare it with the rubric.');
}
