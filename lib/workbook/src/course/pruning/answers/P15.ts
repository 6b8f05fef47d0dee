import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.P15.answer('fc1');
// END GUESS

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.P15.answer('all the same');
// END WRONG

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.P15.answer(0.2);
// END WRONG
