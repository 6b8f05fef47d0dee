import { createHash } from 'node:crypto';
import { escapeHtml, inlineToHtml, type MimeBundle } from '../display';
import type { ChoiceDefinition } from './types';

/** The keys of a choice in this learner's order: always the same for one learner, unlike the next one's. */
function shuffled({ id, choices }: ChoiceDefinition, learner: string): string[] {
  const rank = (key: string): string => createHash('sha256').update(`${learner}\n${id}\n${key}`).digest('hex');
  return Object.keys(choices)
    .map((key) => ({ key, rank: rank(key) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ key }) => key);
}

/** How the keys are handed over: one word, or a list of them. */
function callOf({ id, reference }: ChoiceDefinition): string {
  return Array.isArray(reference) ? `ex.${id}.answer(['word', 'word']);` : `ex.${id}.answer('word');`;
}

const COST =
  'Each wrong try halves the points, and a third leaves none. Why each is true or false is shown once you have passed.';

/** The options with the words to answer by. */
export function optionsBundle(definition: ChoiceDefinition, learner: string): MimeBundle {
  const keys = shuffled(definition, learner);
  const items = keys.map((key) => {
    const word = `<code style="font-weight:bold">${escapeHtml(key)}</code>`;
    return `<li style="margin:3px 0">${word}: ${inlineToHtml(definition.choices[key])}</li>`;
  });
  const note = `Answer by the words in front: <code>${escapeHtml(callOf(definition))}</code> ${COST}`;
  const lines = keys.map((key) => `  ${key}: ${definition.choices[key]}`);
  return {
    'text/plain': [...lines, `Answer by the words in front: ${callOf(definition)} ${COST}`].join('\n'),
    'text/html': `<ul style="margin:4px 0">${items.join('')}</ul><div style="opacity:0.75">${note}</div>`,
  };
}

/** All options once the exercise is passed: which are right, and why. */
export function explanationHtml(definition: ChoiceDefinition, learner: string): string {
  const right = [definition.reference].flat();
  const because: Readonly<Record<string, string | undefined>> = definition.because ?? {};
  const items = shuffled(definition, learner).map((key) => {
    const why = because[key] === undefined ? '' : `<br><em>${inlineToHtml(because[key])}</em>`;
    const mark = right.includes(key) ? '✓' : '✗';
    return `<li style="margin:3px 0;list-style:none">${mark} ${inlineToHtml(definition.choices[key])}${why}</li>`;
  });
  return `<ul style="margin:4px 0;padding-left:8px">${items.join('')}</ul>`;
}
