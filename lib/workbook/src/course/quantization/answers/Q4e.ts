import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;

// BEGIN SOLUTION
ex.Q4e.answer(`The large network I ship in int8: it is several times faster here, its file is a quarter, and
the trained one lost less than a point of accuracy. LeNet stays in float: in int8 its file is smaller too,
but it is not faster, since its time is the cost of calling kernels. The drift of untrained networks says
little, so I would measure the accuracy of the real one before I decide.`);
// END SOLUTION

// BEGIN WRONG too short
ex.Q4e.answer('Yes, always.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.Q4e.answer(8);
// END WRONG
