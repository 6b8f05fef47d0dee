import { exerciseOf, hasTag, METADATA_KEY, TAGS, type AnswerMetadata } from 'tslab-runner/ipynb';
import type { Cell, CodeCell, Json, JsonObject, TextCell } from 'tslab-runner/ipynb';
import { escapeHtml } from '../../display';
import type { Answers, Definition } from '../types';

/** Tag of the markdown cell that asks an exercise's question. */
const QUESTION_TAG = 'question';

/** The roles of an exercise's cells, in their order. */
const ROLES = [QUESTION_TAG, TAGS.options, TAGS.answer, TAGS.check, TAGS.solution] as const;
export type Role = (typeof ROLES)[number];

/** The cells that an exercise has: options only where there are some to choose, no solution of a prediction. */
export function rolesOf({ kind }: Definition): Role[] {
  return ROLES.filter(
    (role) => (role !== TAGS.options || kind === 'choice') && (role !== TAGS.solution || kind !== 'prediction'),
  );
}

/** The role of an exercise's cell, by its tag. */
export function roleOf(cell: Cell): Role | undefined {
  return exerciseOf(cell) === undefined ? undefined : ROLES.find((role) => hasTag(cell, role));
}

/** An exercise as `sync` writes it: its declaration, and the sources of its answers. */
export interface Declared {
  readonly definition: Definition;
  readonly answers: Answers;
}

const STUBS: Readonly<Record<Definition['kind'], string>> = {
  code: 'Hand over your answer: a value, or a function that makes it.',
  number: 'Hand over a number.',
  choice: 'Hand over the word before your choice.',
  prediction: 'Make a guess. Any guess earns the point, as long as you make it before you measure.',
  text: 'Write between the quotes `...` instead of undefined.',
};

/** Source of an answer cell that nobody has filled in. */
export function stubOf({ definition, answers }: Declared): string {
  const several = definition.kind === 'choice' && Array.isArray(definition.reference);
  const unit = 'unit' in definition && definition.unit !== undefined ? ` The unit is ${definition.unit}.` : '';
  const hint = several ? "Hand over a list of the words before your choices: ['one', 'two']." : STUBS[definition.kind];
  return answers.stub ?? `// ${hint}${unit}\nex.${definition.id}.answer(undefined);`;
}

function choicesText(definition: Definition): string {
  if (definition.kind === 'choice') return '\n\nThe next cell shows the options.';
  if (!('choices' in definition) || definition.choices === undefined) return '';
  const lines = Object.entries(definition.choices).map(([key, text]) => `- **${key}**: ${text}`);
  return `\n\n${lines.join('\n')}`;
}

function questionSource(definition: Definition): string {
  const { id, title, points = 1, optional = false } = definition;
  const worth = `${points} ${points === 1 ? 'point' : 'points'}${optional ? ', optional' : ''}`;
  return `### ${id}. ${title} (${worth})\n\n${definition.prompt.trim()}${choicesText(definition)}`;
}

function solutionSource({ definition, answers }: Declared): string {
  const code = `\`\`\`ts\n${answers.solution}\n\`\`\``;
  return `<details><summary>Solution of ${definition.id}. ${escapeHtml(definition.title)}</summary>\n\n${code}\n\n</details>`;
}

function answerMetadata({ definition, answers }: Declared): JsonObject {
  const { id, title, kind, points = 1, optional = false } = definition;
  const { solution, wrong } = answers;
  const plain = wrong.map(({ source, reason }) => ({ source, reason }));
  const metadata: AnswerMetadata = {
    exercise: id,
    title,
    kind,
    points,
    ...(optional ? { optional } : {}),
    solution,
    wrong: plain,
  };
  return metadata as unknown as JsonObject;
}

function metadataOf(declared: Declared, role: Role, former: JsonObject = {}): JsonObject {
  const own: Json = role === TAGS.answer ? answerMetadata(declared) : { exercise: declared.definition.id };
  const tags = Array.isArray(former.tags) ? former.tags : [];
  return { ...former, tags: tags.includes(role) ? tags : [...tags, role], [METADATA_KEY]: own };
}

/** What a check cell says unless its author handed a context over: `await ex.A2.check({ times: times });`. */
function checkSource(definition: Definition, former: Cell | undefined): string {
  const kept = former?.source.includes(`ex.${definition.id}.check(`) === true;
  return kept ? former.source : `await ex.${definition.id}.check();`;
}

function sourceOf(declared: Declared, role: Role, former: Cell | undefined): string {
  if (role === QUESTION_TAG) return questionSource(declared.definition);
  if (role === TAGS.answer) return stubOf(declared);
  if (role === TAGS.options) return `ex.${declared.definition.id}.options();`;
  return role === TAGS.check ? checkSource(declared.definition, former) : solutionSource(declared);
}

/** An exercise's cell of one role as declared; what an author added to the former one's metadata stays. */
export function exerciseCell(declared: Declared, role: Role, former?: Cell): Cell {
  const base = {
    id: former?.id ?? `${declared.definition.id}-${role}`,
    source: sourceOf(declared, role, former),
    metadata: metadataOf(declared, role, former?.metadata),
  };
  const isCode = role === TAGS.answer || role === TAGS.check || role === TAGS.options;
  if (!isCode) return { ...base, cell_type: 'markdown' } satisfies TextCell;
  return { ...base, cell_type: 'code', outputs: [], execution_count: null } satisfies CodeCell;
}
