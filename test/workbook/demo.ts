import { compare, exercise, onCases, workbook } from 'scalable-inference-workbook';

/** One exercise of each kind, made anew for each test. */
export function demoWorkbook() {
  const A1 = exercise({
    id: 'A1',
    title: 'Count a dense layer',
    topic: 'counting',
    kind: 'number',
    prompt: 'How many **multiply-adds** does a dense layer of 6 to 4 need for a batch of 10?',
    points: 2,
    unit: 'MACs',
    tolerance: { absolute: 0.5 },
    reference: 240,
    mistakes: [{ value: 280, reason: 'bias counted', message: 'You counted the bias: it adds, it does not multiply.' }],
    hints: ['One product for each pair of an input and an output.', 'Then the batch.'],
  });
  const A2 = exercise<number[], { factor: number }>({
    id: 'A2',
    title: 'Multiply a list',
    topic: 'arrays',
    kind: 'code',
    prompt: 'Multiply each entry of [1, 2, 3] by the factor.',
    reference: ({ factor }) => [1, 2, 3].map((value) => value * factor),
    check: async (answer, { reference }) => compare(answer, await reference(), { relative: 1e-9 }),
    hints: ['Use map.'],
  });
  const A3 = exercise<(list: number[]) => number>({
    id: 'A3',
    title: 'Sum a list',
    topic: 'arrays',
    kind: 'code',
    form: 'function',
    prompt: 'Write a function that sums a list.',
    reference: () => (list) => list.reduce((sum, value) => sum + value, 0),
    check: (answer) =>
      onCases(answer, [
        { args: [[1, 2]], expected: 3 },
        { args: [[]], expected: 0, name: 'an empty list' },
      ]),
    hints: ['Start with zero.'],
  });
  const A4 = exercise({
    id: 'A4',
    title: 'Find the odd run',
    topic: 'judgement',
    kind: 'choice',
    prompt: 'Which run does not count?',
    choices: { first: 'the first', last: 'the last', fastest: 'the fastest' },
    reference: 'first',
    because: { last: 'The last run is as warm as the others.' },
    hints: ['Think of caches.'],
  });
  const A5 = exercise({
    id: 'A5',
    title: 'Predict the time',
    topic: 'judgement',
    kind: 'prediction',
    prompt: 'How long will a batch take?',
    unit: 'ms',
    points: 3,
    range: [0, 1e6],
    hints: ['A guess by the number of operations will do.'],
  });
  const A6 = exercise({
    id: 'A6',
    title: 'Explain the first run',
    topic: 'judgement',
    kind: 'text',
    prompt: 'Why is the first run slow?',
    points: 2,
    rubric: ['memory is allocated', 'code is compiled on first use'],
    keyTerms: [
      ['memory', 'allocation'],
      ['compile', 'compiled', 'JIT'],
    ],
    minWords: 5,
    hints: ['What happens once only?'],
  });
  return workbook('demo', { A1, A2, A3, A4, A5, A6 });
}
