import { cleanQueue } from '../queue';
import { UsageError } from './commands';
import { parse, queueAddress, RUN_OPTIONS } from './options';

/** `clean --queue URL` */
export async function run(args: string[]): Promise<void> {
  const { values } = parse(args, {
    queue: RUN_OPTIONS.queue,
    shared: RUN_OPTIONS.shared,
    'dry-run': RUN_OPTIONS['dry-run'],
  });
  const { queue, shared, 'dry-run': dry } = values;
  if (queue === undefined) throw new UsageError('What is to be cleaned is named with --queue URL.');
  const say = (sentence: string): void => console.error(sentence);
  const runs = await cleanQueue({ ...queueAddress(queue), ...(shared === undefined ? {} : { shared }), dry, say });
  for (const { id, kind, results } of runs)
    console.log(
      `${dry ? 'Would remove' : 'Removed'} run ${id}${kind === '' ? '' : ` (${kind})`}: no coordinator waits for it; ${results} results were not collected.`,
    );
  if (runs.length === 0) console.log('There is nothing to remove: every run has a coordinator that waits for it.');
}
