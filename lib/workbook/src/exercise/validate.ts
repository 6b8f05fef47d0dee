import { EXERCISE_KINDS } from 'tslab-runner/ipynb';
import type { Answers, Definition } from './types';

function fail(id: unknown, problem: string): never {
  throw new Error(`Exercise ${typeof id === 'string' ? id : JSON.stringify(id)}: ${problem}`);
}

function checkText(definition: Definition, name: 'title' | 'topic' | 'prompt'): void {
  const value: unknown = definition[name];
  if (typeof value !== 'string' || value.trim() === '')
    fail(definition.id, `expected a ${name} in words, got ${JSON.stringify(value)}.`);
}

function checkChoices(definition: Definition): void {
  if (definition.kind !== 'choice') return;
  const keys = Object.keys(definition.choices);
  if (keys.length < 2) fail(definition.id, `expected at least two choices, got ${keys.length}.`);
  const right = [definition.reference].flat();
  const unknown = [...right, ...Object.keys(definition.because ?? {})].find((key) => !keys.includes(key));
  if (unknown !== undefined) fail(definition.id, `'${unknown}' is none of its choices ${keys.join(', ')}.`);
  const short = keys.find((key) => !/^[a-z][\w-]+$/.test(key));
  if (short !== undefined) fail(definition.id, `expected words as keys of its choices, got '${short}'.`);
  if (right.length === 0) fail(definition.id, 'expected at least one right choice, got none.');
}

/** Checks a declaration, so that a teacher's slip is found where it is written and not when a learner meets it. */
export function validate(definition: Definition): void {
  const { id, kind, hints, points } = definition;
  if (typeof id !== 'string' || !/^[A-Za-z][\w-]*$/.test(id))
    fail(id, 'expected an id of letters, digits, - and _, beginning with a letter.');
  if (!(EXERCISE_KINDS as readonly unknown[]).includes(kind))
    fail(id, `expected a kind of ${EXERCISE_KINDS.join(', ')}, got ${String(kind)}.`);
  for (const name of ['title', 'topic', 'prompt'] as const) checkText(definition, name);
  if (!/^[^\n<>*`]*[^\s.:]$/.test(definition.title))
    fail(
      id,
      `expected a title of one line of plain text without a full stop, got ${JSON.stringify(definition.title)}.`,
    );
  if (points !== undefined && !(Number.isFinite(points) && points > 0))
    fail(id, `expected points above zero, got ${String(points)}.`);
  if (!Array.isArray(hints) || hints.length < 1) fail(id, 'expected at least one hint.');
  checkChoices(definition);
  if (kind === 'text' && definition.keyTerms.length !== definition.rubric.length) {
    const { rubric, keyTerms } = definition;
    fail(id, `expected key terms for each of the ${rubric.length} lines of the rubric, got ${keyTerms.length}.`);
  }
}

/** Checks the sources of an exercise's answers: a solution, and wrong answers that a check must tell from it. */
export function validateAnswers({ id, kind }: Definition, { solution, guess = false, wrong }: Answers): void {
  if (guess !== (kind === 'prediction'))
    fail(id, guess ? 'a GUESS is for predictions, write a SOLUTION.' : 'a prediction has a GUESS and no SOLUTION.');
  if (typeof solution !== 'string' || solution.trim() === '')
    fail(id, `expected the source of a solution, got ${JSON.stringify(solution)}.`);
  if (!Array.isArray(wrong) || wrong.length < 2) {
    const got = Array.isArray(wrong) ? wrong.length : typeof wrong;
    fail(id, `expected at least two wrong answers, got ${got}; each needs source and reason.`);
  }
  wrong.forEach(({ source, reason }, at) => {
    if (!source?.trim() || !reason?.trim())
      fail(id, `wrong answer ${at + 1} needs a source and the reason why it must fail.`);
    if (source === solution) fail(id, `wrong answer ${at + 1} equals the solution.`);
  });
}
