import type { Answers, Declared } from 'scalable-inference-workbook';
import { demoWorkbook } from './demo';

/** Solution and wrong answers of each exercise of the demo. */
export const demoAnswers: Readonly<Record<string, Answers>> = {
  A1: {
    solution: 'ex.A1.answer(6 * 4 * 10);',
    wrong: [
      { source: 'ex.A1.answer(6 * 4 * 10 + 4 * 10);', reason: 'bias counted' },
      { source: 'ex.A1.answer(24);', reason: 'too small' },
      { source: "ex.A1.answer('240');", reason: 'not a number' },
      { source: 'ex.A1.answer(0.24);', reason: 'unit' },
    ],
  },
  A2: {
    solution: 'ex.A2.answer(() => [1, 2, 3].map((x) => 2 * x));',
    wrong: [
      { source: 'ex.A2.answer([2, 4]);', reason: 'shape' },
      { source: 'ex.A2.answer([2, 4, 7]);', reason: 'value' },
      { source: "ex.A2.answer(() => { throw new Error('oops'); });", reason: 'throws' },
    ],
  },
  A3: {
    solution: 'ex.A3.answer((list) => list.reduce((a, b) => a + b, 0));',
    wrong: [
      { source: 'ex.A3.answer((list) => list.reduce((a, b) => a + b));', reason: 'throws' },
      { source: 'ex.A3.answer((list) => list.length);', reason: 'value' },
      { source: 'ex.A3.answer(3);', reason: 'type' },
    ],
  },
  A4: {
    solution: "ex.A4.answer('first');",
    wrong: [
      { source: "ex.A4.answer('last');", reason: 'wrong choice' },
      { source: "ex.A4.answer(['first', 'fastest']);", reason: 'wrong choice' },
      { source: "ex.A4.answer('z');", reason: 'no such choice' },
    ],
  },
  A5: {
    solution: 'ex.A5.answer(100);',
    guess: true,
    wrong: [
      { source: 'ex.A5.answer(-1);', reason: 'out of range' },
      { source: "ex.A5.answer('fast');", reason: 'not a number' },
    ],
  },
  A6: {
    solution: 'ex.A6.answer(`Memory is allocated and kernels are compiled on first use.`);',
    wrong: [
      { source: 'ex.A6.answer(`No idea.`);', reason: 'too short' },
      { source: 'ex.A6.answer(42);', reason: 'not text' },
    ],
  },
};

/** The demo's exercises as `sync` takes them. */
export const demoExercises = (): Declared[] =>
  demoWorkbook()
    .list()
    .map(({ id, definition }) => ({ definition: definition, answers: demoAnswers[id] }));
