import { typeName, valueText } from '../describe';
import type { Kept } from '../kept';
import type { TextDefinition } from '../types';
import { notYet, type Judgement } from './judgement';

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
  return { status: 'recorded', share: 0, message: 'Your text is noted. Now read it beside the rubric.' };
}

/**
 * Counts the lines of the rubric that the writer ticked.
 *
 * @param ticks as handed over in this kernel; undefined takes those that were kept with the same text
 */
export function withTicks(
  definition: TextDefinition,
  judgement: Judgement,
  text: unknown,
  ticks: readonly unknown[] | undefined,
  kept: Kept,
): { judgement: Judgement; kept: Kept } {
  if (judgement.status !== 'recorded') return { judgement, kept };
  const count = definition.rubric.length;
  const given = ticks ?? (kept.text === text ? (kept.ticks ?? []) : []);
  const stranger = given.find((each) => !Number.isInteger(each) || (each as number) < 1 || (each as number) > count);
  if (stranger !== undefined) {
    const message = `The rubric has the lines 1 to ${count}; tick got ${valueText(stranger)}.`;
    return { judgement: notYet({ reason: 'no such line', message, got: valueText(stranger) }), kept };
  }
  const lines = [...new Set(given as number[])].sort((a, b) => a - b);
  const now = { ...kept, text: text as string, ticks: lines };
  if (lines.length === 0) return { judgement, kept: now };
  const message = `You ticked ${lines.length} of the rubric's ${count} lines.`;
  return { judgement: { ...judgement, share: lines.length / count, message }, kept: now };
}
