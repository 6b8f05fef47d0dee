import { sensitivity, type SensitivityRequest } from '../kinds';
import { UsageError } from './commands';
import { numbers, outputOf, SCORE_OPTIONS, scoredOf, writeJson } from './material';
import { execute, parse, RUN_OPTIONS } from './options';

const METHODS = ['l1', 'random', 'channels'] as const;

/** `sensitivity --network NAME --weights FILE --output FILE` */
export async function run(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parse(args, {
    ...RUN_OPTIONS,
    ...SCORE_OPTIONS,
    levels: { type: 'string' },
    method: { type: 'string', default: 'l1' },
  });
  const output = outputOf(values);
  const method = METHODS.find((known) => known === values.method);
  if (method === undefined)
    throw new UsageError(`--method expects one of ${METHODS.join(', ')}, got '${values.method}'.`);
  const levels = values.levels === undefined ? {} : { levels: numbers('levels', values.levels) };
  const request: SensitivityRequest = { ...scoredOf(values), ...levels, method };
  const rows = await execute(sensitivity, request, values, signal);
  if (!rows) return;
  await writeJson(output, rows);
  const worst = rows.reduce((least, row) => (row.score < least.score ? row : least));
  console.log(
    `${output} holds ${rows.length} rows; lowest: ${worst.path} at ${worst.level}, accuracy ${worst.score.toFixed(4)}.`,
  );
}
