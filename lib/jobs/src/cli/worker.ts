import * as path from 'node:path';
import { KINDS } from '../kind-files';
import { work } from '../queue';
import { UsageError } from './commands';
import { parse, queueAddress, resources, SHARED_OPTIONS } from './options';

/** `worker --queue URL` */
export async function run(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parse(args, {
    ...SHARED_OPTIONS,
    kinds: { type: 'string', multiple: true, default: [] },
    once: { type: 'boolean', default: false },
  });
  const { queue, shared, once, kinds } = values;
  if (queue === undefined) throw new UsageError('The worker needs --queue URL.');
  const own = kinds.map((text): [string, string] => {
    const [, name, file] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`--kinds expects NAME=FILE, got '${text}'.`);
    return [name, path.resolve(file)];
  });
  signal.addEventListener('abort', () => console.error('Finishing what was begun; a second signal ends it at once.'));
  await work({
    ...queueAddress(queue),
    ...resources(values),
    ...(shared === undefined ? {} : { shared: path.resolve(shared) }),
    kinds: new Map([...KINDS, ...own]),
    once,
    signal,
    say: (sentence) => console.error(`${new Date().toISOString().slice(11, 19)} ${sentence}`),
  });
}
