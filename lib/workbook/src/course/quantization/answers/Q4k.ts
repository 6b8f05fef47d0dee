import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.quantization>;
declare const speeds: ReadonlyArray<{ network: string; batch: number; fp32: number; int8: number }>;
declare const filesOf: Record<string, { fp32: string; int8: string }>;
declare const compareSizes: (files: { fp32: string; int8: string }) => { savedPercent: number };
declare const inEngine: ReadonlyArray<Record<string, string | number>>;

// BEGIN SOLUTION
const byRatio = [...speeds].sort((a, b) => b.fp32 / b.int8 - a.fp32 / a.int8);
const [mostGained, leastGained] = [byRatio[0], byRatio[byRatio.length - 1]];
const factsOf = ({ network, batch, fp32, int8 }: (typeof speeds)[number]) =>
  `${network} (batch of ${batch}: ${(fp32 / int8).toFixed(2)} times as fast, file ` +
  `${compareSizes(filesOf[network]).savedPercent.toFixed(0)} % smaller)`;
const drifts = inEngine.map((row) => `${row.network} ${Number(row['drift (%)']).toFixed(1)} %`).join(', ');
ex.Q4k.answer(`Most gained ${factsOf(mostGained)}, least ${factsOf(leastGained)}. I ship int8 where the
time fell clearly, once the accuracy of the trained network is measured; drift here: ${drifts}. I stay
in float where the ratio is about one or less, unless the smaller file is what counts. The one that
gained least has its conversions and float layers in the table of kernels, and fixed costs that int8
does not shorten.`);
// END SOLUTION

// BEGIN WRONG too short
ex.Q4k.answer('Yes, always.');
// END WRONG

// BEGIN WRONG not text
// @ts-expect-error not text
ex.Q4k.answer(8);
// END WRONG
