import type { ExerciseKind } from 'tslab-runner/ipynb';

/** What an exercise of a kind is declared with: small, but whole, so that it can be passed and failed at once. */
interface Template {
  /** Of the library's names, those that the declaration needs besides `exercise`. */
  readonly imports?: string;
  /** What stands above the declaration. */
  readonly before?: string;
  /** Type arguments of `exercise`. */
  readonly types?: string;
  readonly fields: string;
  /** Of its answers, each the argument of `ex.ID.answer`, with the reason of a wrong one; `!` marks one that the type refuses. */
  readonly stub?: string;
  readonly right: string;
  readonly wrong: readonly (readonly [reason: string, argument: string, refused?: '!'])[];
}

const TEMPLATES: Readonly<Record<ExerciseKind, Template>> = {
  code: {
    imports: 'onCases, type Diagnosis',
    before: `/** The answer's type: in the notebook the learner writes a function like this. */
export type Double = (x: number) => number;

const double: Double = (x) => 2 * x;

async function checkDouble(answer: unknown): Promise<Diagnosis | undefined> {
  const found = await onCases(answer, [3, 0, -1.5].map((x) => ({ args: [x], expected: double(x) })));
  if (found === undefined || typeof answer !== 'function') return found;
  // A mistake that learners make is told by name.
  if ((answer as Double)(3) === 9) return { ...found, reason: 'square', message: 'That squares the number.' };
  return found;
}`,
    types: '<Double>',
    fields: `form: 'function',
  notUsed: 'No later cell needs it: delete this line where one calls use().',
  prompt: 'Write the function that gives twice a number.',
  hints: ['Add the number to itself.'],
  reference: () => double,
  check: checkDouble,`,
    stub: `(x: number) => {
  return undefined; // twice x
}`,
    right: '(x: number) => 2 * x',
    wrong: [
      ['square', '(x: number) => x * x'],
      ['type', "'2x'", '!'],
    ],
  },
  number: {
    fields: `prompt: 'How many **bytes** does a float32 take?',
  unit: 'bytes',
  tolerance: { absolute: 0 },
  reference: 32 / 8,
  mistakes: [{ reason: 'bits', message: 'That is the number of bits.', value: 32 }],
  hints: ['A byte has 8 bits.'],`,
    right: '32 / 8',
    wrong: [
      ['bits', '32'],
      ['not a number', "'four'", '!'],
    ],
  },
  choice: {
    fields: `prompt: 'Which of the two takes less memory?',
  choices: { half: 'A float16.', single: 'A float32.' },
  reference: 'half',
  because: { half: 'It has half as many bits.' },
  hints: ['Count the bits.'],`,
    right: "'half'",
    wrong: [
      ['wrong choice', "'single'"],
      ['no such choice', "'double'", '!'],
    ],
  },
  prediction: {
    fields: `prompt: 'How many **times** as fast will it be? Guess before you measure.',
  unit: 'times',
  range: [0.1, 100],
  hints: ['Any guess earns the point.'],`,
    right: '2',
    wrong: [
      ['out of range', '1000'],
      ['not a number', "'fast'", '!'],
    ],
  },
  text: {
    fields: `prompt: 'Why does a network in half precision take less time?',
  rubric: ['Half of the bytes are moved.'],
  keyTerms: [['bytes', 'memory', 'bandwidth']],
  hints: ['What does a layer wait for?'],`,
    right: `\`Each value has half as many bytes, so that a layer which waits for its memory
waits half as long, and more values fit into the cache.\``,
    wrong: [
      ['too short', "'Less memory.'"],
      ['not text', '3', '!'],
    ],
  },
};

/** Source of a new exercise's declaration. */
export function declarationTemplate(id: string, kind: ExerciseKind): string {
  const { imports, before, types = '', fields } = TEMPLATES[kind];
  const head = `import { exercise${imports === undefined ? '' : `, ${imports}`} } from '../../exercise';`;
  return `${[head, before].filter(Boolean).join('\n\n')}

export const ${id} = exercise${types}({
  id: '${id}',
  title: 'Say in the imperative what is done',
  kind: '${kind}',
  topic: 'further',
  ${fields}
});
`;
}

/** Source of a new exercise's answers. */
export function answersTemplate(id: string, kind: ExerciseKind, notebook: string): string {
  const { stub, right, wrong } = TEMPLATES[kind];
  const call = (argument: string, refused?: string): string =>
    `${refused ? '// @ts-expect-error of another type\n' : ''}ex.${id}.answer(${argument});`;
  const region = (name: string, source: string, reason = ''): string =>
    `// BEGIN ${name}${reason && ` ${reason}`}\n${source}\n// END ${name}\n`;
  return [
    `import type { Answering, exercises } from 'scalable-inference-workbook';\n`,
    `declare const ex: Answering<typeof exercises.${notebook}>;\n`,
    ...(stub === undefined ? [] : [region('STUB', call(stub, '!'))]),
    region(kind === 'prediction' ? 'GUESS' : 'SOLUTION', call(right)),
    ...wrong.map(([reason, argument, refused]) => region('WRONG', call(argument, refused), reason)),
  ].join('\n');
}
