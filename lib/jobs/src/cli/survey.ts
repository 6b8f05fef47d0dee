import { survey, type SurveyRequest } from '../kinds';
import { outputOf, writeJson } from './material';
import { execute, parse, RUN_OPTIONS, wholeNumber } from './options';

/** `survey --output FILE` */
export async function run(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parse(args, {
    ...RUN_OPTIONS,
    networks: { type: 'string' },
    repeats: { type: 'string', default: '3' },
    output: { type: 'string' },
  });
  const output = outputOf(values);
  const repeats = wholeNumber('repeats', values.repeats, 0) as number;
  const networks = values.networks?.split(',');
  const request: SurveyRequest = { repeats, ...(networks ? { networks } : {}) };
  // Timed networks would wait for each other, each with a share of the threads.
  const workers = values.workers ?? (repeats > 0 ? '1' : undefined);
  const rows = await execute(survey, request, { ...values, ...(workers ? { workers } : {}) }, signal);
  if (!rows) return;
  await writeJson(output, rows);
  console.log(`${output} holds ${rows.length} networks${repeats > 0 ? ', timed' : ''}.`);
}
