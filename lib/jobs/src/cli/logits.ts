import { logits } from '../kinds';
import { UsageError } from './commands';
import { MATERIAL_OPTIONS, networkOf, picturesOf } from './material';
import { execute, parse, RUN_OPTIONS } from './options';

/** `logits --teacher DIR --cache DIR` */
export async function run(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parse(args, {
    ...RUN_OPTIONS,
    ...MATERIAL_OPTIONS,
    teacher: { type: 'string' },
    flips: { type: 'boolean', default: false },
    cache: { type: 'string' },
  });
  const { cache, flips } = values;
  if (cache === undefined) throw new UsageError('The logits need --cache DIR.');
  const request = { teacher: networkOf(values, values.teacher, 'teacher'), pictures: picturesOf(values), flips };
  const labelled = await execute(logits, request, values, signal);
  if (!labelled) return;
  await labelled.store(cache);
  const { count, classes } = labelled.logits;
  console.log(`${cache} holds ${classes} logits for each of ${count} pictures${flips ? ', plain and mirrored' : ''}.`);
}
