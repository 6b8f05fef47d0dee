import { decode, encode, type Wire } from './wire';

/** MIME type under which a learner's kernel shows what was handed over, as JSON text of a {@link Wire}. */
export const ANSWER_MIME = 'application/vnd.scalable-inference.answer';

/** Longest text that is taken for an answer. */
const MAXIMUM_TEXT = 64e6;

/**
 * What stands between a kernel and its judge, in the kernel. A learner's code can change it at will: whatever it says is
 * only an answer, and no verdict ever comes back.
 */
const KIT = `(() => {
  const encode = ${String(encode)};
  const decode = ${String(decode)};
  const functions = [];
  const note = (found) => { const known = functions.indexOf(found); return known >= 0 ? known : functions.push(found) - 1; };
  const thrown = (error) => ({ t: 'thrown', v: String(error instanceof Error ? error.message : error) });
  return {
    take: async (make) => {
      try { return JSON.stringify(encode(await make(), note)); } catch (error) { return JSON.stringify({ t: 'refused', v: thrown(error).v }); }
    },
    call: async (at, args) => {
      try {
        const given = args.map((each) => decode(each, { call: () => undefined }));
        return JSON.stringify(encode(await functions[at](...given)));
      } catch (error) { return JSON.stringify(thrown(error)); }
    },
  };
})()`;

// Without the first constant `await (globalThis as any)` would be a call of a function `await`.
const SHOW = `import * as handing from 'tslab';
const handingOver: any = globalThis;`;
const place = (exercise: string): string => `handingOver[${JSON.stringify(`handed over ${exercise}`)}]`;

/** Source of a cell that shows what an expression gives in the learner's kernel. */
export function takeSource(exercise: string, expression: string): string {
  return `${SHOW}
${place(exercise)} = (0, eval)(${JSON.stringify(KIT)});
const handedOver: string = await ${place(exercise)}.take(async () => (${expression}));
(handing.display as any).raw('${ANSWER_MIME}', handedOver);`;
}

/** Source of a cell that calls a function that was handed over, and shows what it gives. */
export function callSource(exercise: string, found: number, args: readonly Wire[]): string {
  const given = `JSON.parse(${JSON.stringify(JSON.stringify(args))})`;
  return `${SHOW}
const handedOver: string = await ${place(exercise)}.call(${Number(found)}, ${given});
(handing.display as any).raw('${ANSWER_MIME}', handedOver);`;
}

/** What such a cell showed; the last where there are several. @throws where it showed nothing that can be read */
export function shownAnswer(outputs: readonly object[]): Wire {
  const shown = outputs.flatMap((output) =>
    'data' in output ? [(output.data as Record<string, unknown>)[ANSWER_MIME]] : [],
  );
  const last = shown.filter((value) => value !== undefined).at(-1);
  if (last === undefined) throw new Error('Its kernel did not say what was handed over.');
  if (typeof last !== 'string' || last.length > MAXIMUM_TEXT) throw new Error('What was handed over is too long.');
  try {
    return JSON.parse(last) as Wire;
  } catch {
    throw new Error('What was handed over cannot be read.');
  }
}
