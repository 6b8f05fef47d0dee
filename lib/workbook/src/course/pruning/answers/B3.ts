import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.B3.answer('conv1');
// END GUESS

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.B3.answer('none');
// END WRONG

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.B3.answer(1);
// END WRONG
