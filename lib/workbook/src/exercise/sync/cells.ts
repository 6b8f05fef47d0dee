import { METADATA_KEY, TAGS, type AnswerMetadata } from 'tslab-runner/ipynb';
import type { Cell, CodeCell, Json, JsonObject, TextCell } from 'tslab-runner/ipynb';
import type { Definition } from '..';

/** Tag of the markdown cell that asks an exercise's question. */
export const QUESTION_TAG = 'question';

/** The roles of an exercise's four cells, in their order. */
export const ROLES = [QUESTION_TAG, TAGS.answer, TAGS.check, TAGS.solution] as const;
export type Role = (typeof ROLES)[number];

const STUBS: Readonly<Record<Definition['kind'], string>> = {
  code: 'Hand over your answer: a value, or a function that makes it.',
  number: 'Hand over a number.',
  choice: "Hand over a letter: 'a', or several: ['a', 'c'].",
  prediction: 'Hand over your guess. It is never wrong to guess.',
  text: 'Write between the quotes `...` instead of undefined.',
};

/** Source of an answer cell that nobody has filled in. */
export function stubOf(definition: Definition): string {
  const unit = 'unit' in definition && definition.unit !== undefined ? ` The unit is ${definition.unit}.` : '';
  return definition.stub ?? `// ${STUBS[definition.kind]}${unit}\nex.${definition.id}.answer(undefined);`;
}

function choicesText(definition: Definition): string {
  if (!('choices' in definition) || definition.choices === undefined) return '';
  const lines = Object.entries(definition.choices).map(([key, text]) => `- **${key}**: ${text}`);
  return `\n\n${lines.join('\n')}`;
}

function questionSource(definition: Definition): string {
  const points = definition.points ?? 1;
  const title = `### ${definition.id} (${points} ${points === 1 ? 'point' : 'points'})`;
  return `${title}\n\n${definition.prompt.trim()}${choicesText(definition)}`;
}

function solutionSource(definition: Definition): string {
  const code = `\`\`\`ts\n${definition.solution}\n\`\`\``;
  return `<details><summary>Solution of ${definition.id}</summary>\n\n${code}\n\n</details>`;
}

function answerMetadata(definition: Definition): JsonObject {
  const { id, kind, points = 1, solution, wrong } = definition;
  const plain = wrong.map(({ source, reason }) => ({ source, reason }));
  const metadata: AnswerMetadata = { exercise: id, kind, points, solution, wrong: plain };
  return metadata as unknown as JsonObject;
}

function metadataOf(definition: Definition, role: Role, former: JsonObject = {}): JsonObject {
  const own: Json = role === TAGS.answer ? answerMetadata(definition) : { exercise: definition.id };
  const tags = Array.isArray(former.tags) ? former.tags : [];
  return { ...former, tags: tags.includes(role) ? tags : [...tags, role], [METADATA_KEY]: own };
}

/** What a check cell says unless its author handed a context over: `await ex.A2.check({ times: times });`. */
function checkSource(definition: Definition, former: Cell | undefined): string {
  const kept = former?.source.includes(`ex.${definition.id}.check(`) === true;
  return kept ? former.source : `await ex.${definition.id}.check();`;
}

function sourceOf(definition: Definition, role: Role, former: Cell | undefined): string {
  if (role === QUESTION_TAG) return questionSource(definition);
  if (role === TAGS.answer) return stubOf(definition);
  return role === TAGS.check ? checkSource(definition, former) : solutionSource(definition);
}

/** An exercise's cell of one role as declared; what an author added to the former one's metadata stays. */
export function exerciseCell(definition: Definition, role: Role, former?: Cell): Cell {
  const base = {
    id: former?.id ?? `${definition.id}-${role}`,
    source: sourceOf(definition, role, former),
    metadata: metadataOf(definition, role, former?.metadata),
  };
  const isCode = role === TAGS.answer || role === TAGS.check;
  if (!isCode) return { ...base, cell_type: 'markdown' } satisfies TextCell;
  return { ...base, cell_type: 'code', outputs: [], execution_count: null } satisfies CodeCell;
}
