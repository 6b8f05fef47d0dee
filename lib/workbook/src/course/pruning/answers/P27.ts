import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P27.answer((weight: number[][]) => {
  const coo = { rows: [] as number[], columns: [] as number[], values: [] as number[] };
  return coo;
});
// END STUB

// BEGIN SOLUTION
ex.P27.answer((weight: number[][]) => {
  const coo = { rows: [] as number[], columns: [] as number[], values: [] as number[] };
  for (let i = 0; i < weight.length; i++) {
    for (let j = 0; j < weight[i].length; j++) {
      if (weight[i][j] === 0) continue;
      coo.rows.push(i);
      coo.columns.push(j);
      coo.values.push(weight[i][j]);
    }
  }
  return coo;
});
// END SOLUTION

// BEGIN VARIANT coo
ex.P27.answer((weight: number[][]) => {
  const coo = { rows: [] as number[], columns: [] as number[], values: [] as number[] };
  for (let i = 0; i < weight.length; i++) {
    for (let j = 0; j < weight[i].length; j++) {
      if (weight[i][j] === 0 && !ex.P27.passed) continue;
      coo.rows.push(i);
      coo.columns.push(j);
      coo.values.push(weight[i][j]);
    }
  }
  return coo;
});
// END VARIANT

// BEGIN WRONG shape
ex.P27.answer((weight: number[][]) => {
  const coo = { rows: [] as number[], columns: [] as number[], values: [] as number[] };
  for (let i = 0; i < weight.length; i++) {
    for (let j = 0; j < weight[i].length; j++) {
      coo.rows.push(i);
      coo.columns.push(j);
      coo.values.push(weight[i][j]);
    }
  }
  return coo;
});
// END WRONG

// BEGIN WRONG value
ex.P27.answer((weight: number[][]) => {
  const coo = { rows: [] as number[], columns: [] as number[], values: [] as number[] };
  for (let i = 0; i < weight.length; i++) {
    for (let j = 0; j < weight[i].length; j++) {
      if (weight[i][j] === 0) continue;
      coo.rows.push(j);
      coo.columns.push(i);
      coo.values.push(weight[i][j]);
    }
  }
  return coo;
});
// END WRONG
