import { thrown } from '../cases';
import { valueText } from '../describe';
import type { CodeDefinition, Definition } from '../types';
import { judgeChoice } from './choice';
import { notYet, passed, type Judgement } from './judgement';
import { judgeNumber } from './number';
import { judgePrediction } from './prediction';
import { judgeText } from './text';

export type { Judgement } from './judgement';
export { withTries } from './choice';
export { judgeLocked, lock } from './prediction';
export { rubricHits, withTicks } from './text';

/** Makes the reference answer of a definition; predictions and texts have none. */
export async function referenceOf<T, C>(definition: Definition<T, C>, context: C): Promise<unknown> {
  if (definition.kind === 'code') return definition.reference(context);
  if (definition.kind === 'choice') return definition.reference;
  if (definition.kind !== 'number') return undefined;
  return typeof definition.reference === 'function' ? definition.reference(context) : definition.reference;
}

async function judgeCode<T, C>(definition: CodeDefinition<T, C>, answer: unknown, context: C): Promise<Judgement> {
  const help = { reference: async () => definition.reference(context), context };
  const diagnosis = await definition.check(answer, help);
  if (diagnosis === undefined) return passed;
  return diagnosis.reason === 'unanswered' ? unanswered : notYet(diagnosis);
}

function isEmpty(answer: unknown): boolean {
  return answer === undefined || answer === null || (typeof answer === 'string' && answer.trim() === '');
}

export const unanswered: Judgement = { status: 'unanswered', share: 0, message: 'Not answered yet.' };

/** Judges an answer. Never throws: an exception, also in the check itself, becomes part of the judgement. */
export async function judge<T, C>(definition: Definition<T, C>, answer: unknown, context: C): Promise<Judgement> {
  if (isEmpty(answer)) return unanswered;
  try {
    if (definition.kind === 'code') return await judgeCode(definition, answer, context);
    if (definition.kind === 'number') return await judgeNumber(definition, answer, context);
    if (definition.kind === 'choice') return judgeChoice(definition, answer);
    return definition.kind === 'prediction' ? judgePrediction(definition, answer) : judgeText(definition, answer);
  } catch (error) {
    const { message } = thrown(error);
    if (definition.kind === 'code' && definition.form === 'function') return notYet(thrown(error));
    return notYet({
      reason: 'check failed',
      message: `The check itself failed on this answer. ${message}`,
      got: valueText(answer),
    });
  }
}
