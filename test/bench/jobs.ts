/** `npm run bench -- jobs`: what handing work out costs, and how far it carries. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { redisProgram } from '../jobs/support/redis';
import { labelling } from './jobs/labelling';
import { onPaper, type Given } from './jobs/paper';
import { sleeping } from './jobs/sleeping';
import { submissions } from './jobs/submissions';

const OPTIONS = {
  /** By how much the larger of two sizes is larger; the smaller has a job for each worker. */
  pictures: { type: 'string', default: '24000' },
  workers: { type: 'string', default: '1,2,4,8' },
  submissions: { type: 'string', default: '200' },
  /** Of the sleeping workers. */
  jobs: { type: 'string', default: '4000' },
  /** Pictures a second of a machine with a card, and where that number comes from. */
  card: { type: 'string', default: '0' },
  'card-source': { type: 'string', default: '' },
  /** Megabytes a second of the store of pictures; 125 is a network of 1 Gbit/s. */
  store: { type: 'string', default: '125' },
} as const;

function numberOf(name: string, text: string, least: number): number {
  if (text.trim() !== '' && Number(text) >= least) return Number(text);
  throw new Error(`--${name} expects a number from ${least}, got '${text}'.`);
}

/** `npm run bench -- jobs [OPTION...]`; `--submissions 0` and `--jobs 0` leave those parts out. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const number = (name: 'pictures' | 'submissions' | 'jobs' | 'card' | 'store', least = 0): number =>
    numberOf(name, values[name], least);
  const pictures = number('pictures', 1000);
  const workers = values.workers.split(',').map((text) => numberOf('workers', text, 1));
  const [batch, jobs] = [number('submissions'), number('jobs')];
  const given: Given = {
    card: number('card'),
    cardSource: values['card-source'],
    storeBytes: 1e6 * number('store', 1),
  };
  if (given.card > 0 && given.cardSource === '')
    throw new Error('--card needs --card-source: where its number comes from.');
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-jobs-'));
  const notes = path.join(folder, 'notes');
  mkdirSync(notes);
  try {
    await labelling(folder, notes, pictures, workers);
    if (batch > 0) await submissions(batch);
    if (jobs === 0) return;
    if (!redisProgram) return console.log('Left out: the queue (neither redis-server nor valkey-server is installed).');
    await onPaper(folder, await sleeping(folder, notes, jobs), given);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
