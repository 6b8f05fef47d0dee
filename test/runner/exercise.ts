import { CHECK_MIME, type CodeCell } from 'tslab-runner/ipynb';
import { tagged } from './support';

const WRONG = [
  { source: 'const answer = { value: 4 };', reason: 'too large' },
  { source: 'const answer = { value: 2 };', reason: 'too small' },
];

/** An exercise whose right answer is 3; `judge` is the source of its check's verdict. */
export function exercise(judge: string, source = 'const answer = { value: 0 };'): CodeCell[] {
  const declared = { exercise: 'A1', points: 2, solution: 'const answer = { value: 3 };', wrong: WRONG };
  const record =
    "{ version: 1, exercise: 'A1', points: 2, earned: status === 'passed' ? 2 : 0, status: status, reason: reason, message: 'got ' + answer.value, kind: 'code', topic: 'numbers' }";
  const check = `import { display } from 'tslab';\n${judge}\n(display as any).raw('${CHECK_MIME}', ${record});`;
  return [
    tagged(['answer'], source, { scalable_inference: declared }),
    tagged(['check'], check, { scalable_inference: { exercise: 'A1' } }),
  ];
}

/** Verdicts: right, one that passes everything, one that fails for no reason known. */
export const FAIR =
  "const reason = answer.value > 3 ? 'too large' : answer.value < 3 ? 'too small' : undefined;\nconst status = reason === undefined ? 'passed' : 'not-yet';";
export const BLIND = "const reason = undefined;\nconst status = 'passed';";
export const CONFUSED = "const reason = 'shape';\nconst status = answer.value === 3 ? 'passed' : 'not-yet';";
