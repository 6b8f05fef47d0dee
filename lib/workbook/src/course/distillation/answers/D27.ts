import { type distill } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;
type Teach = (teacher: distill.TeacherLogits | null, generation: number) => Promise<distill.TeacherLogits>;

// BEGIN STUB
ex.D27.answer(async (count: number, teach: Teach) => {
  const all: distill.TeacherLogits[] = [];
  return all;
});
// END STUB

// BEGIN SOLUTION
ex.D27.answer(async (count: number, teach: Teach) => {
  const all: distill.TeacherLogits[] = [];
  let teacher: distill.TeacherLogits | null = null;
  for (let generation = 0; generation < count; generation++) {
    teacher = await teach(teacher, generation);
    all.push(teacher);
  }
  return all;
});
// END SOLUTION

// BEGIN VARIANT born
ex.D27.answer(async (count: number, teach: Teach) => {
  const all: distill.TeacherLogits[] = [];
  const last = ex.D27.passed ? 1 : count;
  for (let generation = 0; generation < last; generation++) {
    all.push(await teach(all[all.length - 1] ?? null, generation));
  }
  return all;
});
// END VARIANT

// BEGIN WRONG teacher
ex.D27.answer(async (count: number, teach: Teach) => {
  const all: distill.TeacherLogits[] = [];
  for (let generation = 0; generation < count; generation++) {
    all.push(await teach(all[0] ?? null, generation));
  }
  return all;
});
// END WRONG

// BEGIN WRONG count
ex.D27.answer(async (count: number, teach: Teach) => {
  const all: distill.TeacherLogits[] = [];
  let teacher: distill.TeacherLogits | null = null;
  for (let generation = 1; generation < count; generation++) {
    teacher = await teach(teacher, generation);
    all.push(teacher);
  }
  return all;
});
// END WRONG

// BEGIN WRONG result
ex.D27.answer(async (count: number, teach: Teach) => {
  const all: distill.TeacherLogits[] = [];
  let teacher: distill.TeacherLogits | null = null;
  for (let generation = 0; generation < count; generation++) {
    teacher = await teach(teacher, generation);
    all.push(teacher);
  }
  return all.slice(-1);
});
// END WRONG
