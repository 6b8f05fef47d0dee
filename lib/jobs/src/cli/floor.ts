import * as path from 'node:path';
import { floor, searchFloor, type FloorRequest } from '../kinds';
import { UsageError } from './commands';
import { numbers, outputOf, picturesOf, SCORE_OPTIONS, scoredOf, writeJson } from './material';
import { execute, folderOf, parse, RUN_OPTIONS, wholeNumber, workersHere } from './options';

/** `floor --network NAME --weights FILE --floor X --output FILE` */
export async function run(args: string[], signal: AbortSignal): Promise<void> {
  const { values } = parse(args, {
    ...RUN_OPTIONS,
    ...SCORE_OPTIONS,
    floor: { type: 'string' },
    ahead: { type: 'string' },
    calibrate: { type: 'string', default: '256' },
    'weight-bits': { type: 'string', default: '8' },
  });
  const output = outputOf(values);
  if (values.floor === undefined) throw new UsageError('The search needs --floor X, an accuracy from 0 to 1.');
  const [least] = numbers('floor', values.floor);
  const count = wholeNumber('calibrate', values.calibrate) as number;
  const bits = wholeNumber('weight-bits', values['weight-bits']) as number;
  const { pictures } = values;
  const calibration = pictures.startsWith('generated:')
    ? picturesOf({ pictures: `generated:${count}`, split: 'train' })
    : picturesOf({ pictures, split: 'train', first: String(count) });
  const request: FloorRequest = { ...scoredOf(values), calibration, prepare: { weights: { bits } } };
  const folder = folderOf(floor, request, values);
  if (values['dry-run']) {
    await execute(floor, request, { ...values, folder: path.join(folder, 'layers') }, signal);
    console.log('Then trials, which depend on what the layers and the trials before them gave.');
    return;
  }
  const found = await searchFloor(request, {
    floor: least,
    ahead: wholeNumber('ahead', values.ahead) ?? Math.min(16, workersHere(values)),
    run: async (kind, step, name) => {
      const result = await execute(kind, step, { ...values, folder: path.join(folder, name) }, signal);
      if (result === undefined) throw new Error(`The step '${name}' was only planned.`);
      return result;
    },
  });
  await writeJson(output, found);
  const { keptFloat, layers, score } = found;
  console.log(
    `${output}: accuracy ${score.toFixed(4)} with ${keptFloat.length} of ${layers.length} layers in float` +
      `${keptFloat.length > 0 ? ` (${keptFloat.join(', ')})` : ''}, after ${found.trials.length} trials.`,
  );
}
