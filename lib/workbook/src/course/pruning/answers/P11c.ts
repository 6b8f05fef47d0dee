import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P11c.answer(['bitmask', 'coo', 'csr']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P11c.answer(['bitmask', 'coo', 'smallest']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P11c.answer(['bitmask', 'twenty']);
// END WRONG
