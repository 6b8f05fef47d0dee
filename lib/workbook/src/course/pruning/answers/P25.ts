import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P25.answer(['masks', 'width', 'positions']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P25.answer(['compression', 'masks', 'width']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P25.answer(['forgotten', 'width']);
// END WRONG
