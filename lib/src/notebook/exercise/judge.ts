import type { CheckStatus } from '../../runner/notebook/conventions';
import { formatNumber } from '../numbers';
import { thrown } from './cases';
import { close, type Diagnosis } from './compare';
import { typeName, valueText } from './describe';
import type { ChoiceDefinition, CodeDefinition, Definition, NumberDefinition, PredictionDefinition, TextDefinition } from './types';

/** What a check found, before it becomes a record and a page. */
export interface Judgement {
  readonly status: CheckStatus;
  /** Share of the points, 0 to 1. */
  readonly share: number;
  readonly message: string;
  readonly diagnosis?: Diagnosis;
}

const passed: Judgement = { status: 'passed', share: 1, message: 'Right.' };

function notYet(diagnosis: Diagnosis): Judgement {
  return { status: 'not-yet', share: 0, message: diagnosis.message, diagnosis };
}

function recorded(message: string): Judgement {
  return { status: 'recorded', share: 0, message };
}

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
  return diagnosis === undefined ? passed : notYet(diagnosis);
}

const UNIT_FACTORS = [1e3, 1e6, 1e9, 1e-3, 1e-6, 1e-9, 100, 0.01];

function withUnit(value: number, unit: string | undefined): string {
  return unit === undefined ? formatNumber(value, 6) : `${formatNumber(value, 6)} ${unit}`;
}

/** What would pass, without the number itself: one wrong try must not give the answer away. */
function toleranceText({ absolute, relative }: NumberDefinition['tolerance'], unit: string | undefined): string {
  const parts = [
    ...(absolute === undefined ? [] : [withUnit(absolute, unit)]),
    ...(relative === undefined ? [] : [`${formatNumber(relative * 100)} %`]),
  ];
  const within = parts.length === 0 ? 'exactly the right number' : `within ${parts.join(' and ')} of the right number`;
  return unit === undefined ? within : `${within}, in ${unit}`;
}

async function judgeNumber<C>(definition: NumberDefinition<C>, answer: unknown, context: C): Promise<Judgement> {
  const { tolerance, unit, mistakes = [] } = definition;
  if (typeof answer !== 'number' || !Number.isFinite(answer)) {
    const got = valueText(answer);
    return notYet({ reason: 'not a number', message: `Expected a number, got ${typeName(answer)}.`, expected: 'a number', got });
  }
  const expected = (await referenceOf(definition, context)) as number;
  if (close(answer, expected, tolerance)) return { ...passed, message: `Right: ${withUnit(expected, unit)}.` };
  const got = withUnit(answer, unit);
  const wanted = toleranceText(tolerance, unit);
  for (const mistake of mistakes) {
    const value = typeof mistake.value === 'function' ? mistake.value(context) : mistake.value;
    if (close(answer, value, tolerance)) return notYet({ reason: mistake.reason, message: mistake.message, expected: wanted, got });
  }
  const factor = UNIT_FACTORS.find((candidate) => expected !== 0 && close(answer / candidate, expected, tolerance));
  if (factor !== undefined) {
    return notYet({ reason: 'unit', message: `Off by a factor of ${formatNumber(factor)}: look at the unit.`, expected: wanted, got });
  }
  const reason = answer < expected ? 'too small' : 'too large';
  return notYet({ reason, message: `The number is ${reason}.`, expected: wanted, got });
}

function judgeChoice(definition: ChoiceDefinition, answer: unknown): Judgement {
  const keys = Object.keys(definition.choices);
  const chosen = [answer].flat();
  const unknown = chosen.find((key) => typeof key !== 'string' || !keys.includes(key));
  if (unknown !== undefined || chosen.length === 0) {
    const got = valueText(answer);
    return notYet({ reason: 'no such choice', message: `Expected one of ${keys.join(', ')}, got ${got}.`, expected: keys.join(', '), got });
  }
  const right = [definition.reference].flat();
  const wrong = (chosen as string[]).find((key) => !right.includes(key));
  if (wrong !== undefined) {
    const mistake = definition.mistakes?.[wrong] ?? { reason: `chose ${wrong}`, message: `Not ${wrong}.` };
    const got = `${wrong}: ${definition.choices[wrong] as string}`;
    return notYet({ reason: mistake.reason, message: mistake.message, expected: `another of ${keys.join(', ')}`, got });
  }
  if (right.some((key) => !chosen.includes(key))) {
    return notYet({ reason: 'incomplete', message: 'Right so far, but not all of it.', expected: `${right.length} choices`, got: chosen.join(', ') });
  }
  return { ...passed, message: `Right: ${right.map((key) => definition.choices[key]).join('; ')}` };
}

function judgePrediction(definition: PredictionDefinition, answer: unknown): Judgement {
  if (definition.choices !== undefined) {
    const keys = Object.keys(definition.choices);
    if (typeof answer === 'string' && keys.includes(answer)) return recorded(`Your guess, ${answer}, is noted.`);
    return notYet({ reason: 'no such choice', message: `Expected one of ${keys.join(', ')}, got ${valueText(answer)}.`, got: valueText(answer) });
  }
  if (typeof answer !== 'number' || !Number.isFinite(answer)) {
    return notYet({ reason: 'not a number', message: `Expected a number, got ${typeName(answer)}.`, got: valueText(answer) });
  }
  const [low, high] = definition.range ?? [-Infinity, Infinity];
  if (answer < low || answer > high) {
    const expected = `${withUnit(low, definition.unit)} to ${withUnit(high, definition.unit)}`;
    return notYet({ reason: 'out of range', message: `Expected a guess of ${expected}.`, expected, got: withUnit(answer, definition.unit) });
  }
  return recorded(`Your guess, ${withUnit(answer, definition.unit)}, is noted. Now measure.`);
}

/** Share of the points that a guess earns once the measurement is there: 1 for a hit, 0 from `worthless` on. */
export function predictionShare(definition: PredictionDefinition, guess: unknown, actual: number | string): number {
  if (typeof guess !== 'number' || typeof actual !== 'number') return guess === actual ? 1 : 0;
  if (guess === actual) return 1;
  if ((definition.distance ?? 'log') === 'linear') {
    const worthless = definition.worthless ?? Math.abs(actual);
    return worthless === 0 ? 0 : Math.max(0, 1 - Math.abs(guess - actual) / worthless);
  }
  if (guess <= 0 || actual <= 0) return 0;
  return Math.max(0, 1 - Math.abs(Math.log(guess / actual)) / Math.log(definition.worthless ?? 8));
}

/** Which lines of the rubric the text seems to speak of: whole words, case and accents of no importance. */
export function rubricHits(definition: TextDefinition, text: string): boolean[] {
  const plain = (value: string): string => ` ${value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
  const words = plain(text);
  return definition.keyTerms.map((terms) => terms.some((term) => words.includes(plain(term))));
}

function judgeText(definition: TextDefinition, answer: unknown): Judgement {
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

function isEmpty(answer: unknown): boolean {
  return answer === undefined || answer === null || (typeof answer === 'string' && answer.trim() === '');
}

/** Judges an answer. Never throws: an exception, also in the check itself, becomes part of the judgement. */
export async function judge<T, C>(definition: Definition<T, C>, answer: unknown, context: C): Promise<Judgement> {
  if (isEmpty(answer)) return { status: 'unanswered', share: 0, message: 'Not answered yet.' };
  try {
    if (definition.kind === 'code') return await judgeCode(definition, answer, context);
    if (definition.kind === 'number') return await judgeNumber(definition, answer, context);
    if (definition.kind === 'choice') return judgeChoice(definition, answer);
    return definition.kind === 'prediction' ? judgePrediction(definition, answer) : judgeText(definition, answer);
  } catch (error) {
    const { message } = thrown(error);
    if (definition.kind === 'code' && definition.form === 'function') return notYet(thrown(error));
    return notYet({ reason: 'check failed', message: `The check itself failed on this answer. ${message}`, got: valueText(answer) });
  }
}
