import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN SOLUTION
ex.P30.answer(['bitmask', 'csr', 'coo80', 'narrow']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.P30.answer(['bitmask', 'csr', 'floor', 'coo80', 'narrow']);
// END WRONG

// BEGIN WRONG wrong choice
ex.P30.answer(['coo20', 'coo80']);
// END WRONG
