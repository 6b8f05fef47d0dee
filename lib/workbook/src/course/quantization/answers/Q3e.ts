import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q3e.answer(['fuse', 'fold', 'convert']);
// END SOLUTION

// BEGIN WRONG wrong choice
ex.Q3e.answer(['calibrate', 'fuse', 'fold', 'convert']);
// END WRONG

// BEGIN WRONG wrong choice
ex.Q3e.answer(['fuse', 'sums', 'fold']);
// END WRONG
