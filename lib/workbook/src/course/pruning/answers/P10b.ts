import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P10b.answer(['masks', 'zeros', 'positions']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P10b.answer(['masks', 'zeros', 'compression']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P10b.answer(['zeros', 'forgotten']);
// END WRONG
