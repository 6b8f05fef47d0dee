import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN GUESS
ex.P36.answer('conv1');
// END GUESS

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.P36.answer('none');
// END WRONG

// BEGIN WRONG no such choice
// @ts-expect-error no such choice
ex.P36.answer(1);
// END WRONG
