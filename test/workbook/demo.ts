import { compare, exercise, onCases, workbook } from 'scalable-inference-workbook';

/** One exercise of each kind, made anew for each test. */
export function demoWorkbook() {
  const A1 = exercise({
    id: 'A1',
    topic: 'counting',
    kind: 'number',
    prompt: 'How many **multiply-adds** does a dense layer of 6 to 4 need for a batch of 10?',
    points: 2,
    unit: 'MACs',
    tolerance: { absolute: 0.5 },
    reference: 240,
    mistakes: [{ value: 280, reason: 'bias counted', message: 'You counted the bias: it adds, it does not multiply.' }],
    hints: ['One product for each pair of an input and an output.', 'Then the batch.'],
    solution: 'ex.A1.answer(6 * 4 * 10);',
    wrong: [
      { source: 'ex.A1.answer(6 * 4 * 10 + 4 * 10);', reason: 'bias counted' },
      { source: 'ex.A1.answer(24);', reason: 'too small' },
      { source: "ex.A1.answer('240');", reason: 'not a number' },
      { source: 'ex.A1.answer(0.24);', reason: 'unit' },
    ],
  });
  const A2 = exercise<number[], { factor: number }>({
    id: 'A2',
    topic: 'arrays',
    kind: 'code',
    prompt: 'Multiply each entry of [1, 2, 3] by the factor.',
    reference: ({ factor }) => [1, 2, 3].map((value) => value * factor),
    check: async (answer, { reference }) => compare(answer, await reference(), { relative: 1e-9 }),
    hints: ['Use map.'],
    solution: 'ex.A2.answer(() => [1, 2, 3].map((x) => 2 * x));',
    wrong: [
      { source: 'ex.A2.answer([2, 4]);', reason: 'shape' },
      { source: 'ex.A2.answer([2, 4, 7]);', reason: 'value' },
      { source: "ex.A2.answer(() => { throw new Error('oops'); });", reason: 'throws' },
    ],
  });
  const A3 = exercise<(list: number[]) => number>({
    id: 'A3',
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
    solution: 'ex.A3.answer((list) => list.reduce((a, b) => a + b, 0));',
    wrong: [
      { source: 'ex.A3.answer((list) => list.reduce((a, b) => a + b));', reason: 'throws' },
      { source: 'ex.A3.answer((list) => list.length);', reason: 'value' },
      { source: 'ex.A3.answer(3);', reason: 'type' },
    ],
  });
  const A4 = exercise({
    id: 'A4',
    topic: 'judgement',
    kind: 'choice',
    prompt: 'Which run does not count?',
    choices: { a: 'the first', b: 'the last', c: 'the fastest' },
    reference: 'a',
    mistakes: { b: { reason: 'last', message: 'The last run is as warm as the others.' } },
    hints: ['Think of caches.'],
    solution: "ex.A4.answer('a');",
    wrong: [
      { source: "ex.A4.answer('b');", reason: 'last' },
      { source: "ex.A4.answer('c');", reason: 'chose c' },
      { source: "ex.A4.answer('z');", reason: 'no such choice' },
    ],
  });
  const A5 = exercise({
    id: 'A5',
    topic: 'judgement',
    kind: 'prediction',
    prompt: 'How long will a batch take?',
    unit: 'ms',
    points: 3,
    range: [0, 1e6],
    hints: ['A guess by the number of operations will do.'],
    solution: 'ex.A5.answer(100);',
    wrong: [
      { source: 'ex.A5.answer(-1);', reason: 'out of range' },
      { source: "ex.A5.answer('fast');", reason: 'not a number' },
    ],
  });
  const A6 = exercise({
    id: 'A6',
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
    solution: 'ex.A6.answer(`Memory is allocated and kernels are compiled on first use.`);',
    wrong: [
      { source: 'ex.A6.answer(`No idea.`);', reason: 'too short' },
      { source: 'ex.A6.answer(42);', reason: 'not text' },
    ],
  });
  return workbook('demo', { A1, A2, A3, A4, A5, A6 });
}
