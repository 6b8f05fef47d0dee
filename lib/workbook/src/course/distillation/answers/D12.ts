import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN SOLUTION
ex.D12.answer('b');
// END SOLUTION

// BEGIN WRONG test
ex.D12.answer('a');
// END WRONG

// BEGIN WRONG training
ex.D12.answer('c');
// END WRONG
