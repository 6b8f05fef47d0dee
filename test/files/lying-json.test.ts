/**
 * Files of JSON, or with JSON in them, that lie, by class: whatever a file of the class says, it is refused in a sentence that names it, or what it says
 * can be. Seeds are fixed; each class prints what became of its inputs.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { checkpoint, datasets, distill, models, prune, quantize } from 'scalable-inference';
import { study } from 'scalable-inference-workbook';
import { readEnvironment } from 'tslab-runner/server';
import { readSweep } from '../../data/distillation/study/sweep-file';
import { COUNT, lies, lyingFolder, places, print, tryAll } from './lying';

describe('JSON that lies', function () {
  this.timeout(300_000);
  const inFolder = lyingFolder();

  /** Numbers of these names must be shares of one. */
  const SHARES = ['alpha', 'validation', 'accuracy', 'testAccuracy', 'trainAccuracy', 'agreement'];
  function sharesHold(value: unknown): void {
    for (const place of places(value)) {
      const name = place.at(-1) ?? '';
      if (!SHARES.includes(name)) continue;
      const found = place.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], value);
      const isShare = typeof found === 'number' && found >= 0 && found <= 1;
      assert.ok(isShare || (found === null && name === 'validation'), `${place.join('.')} is ${String(found)}`);
    }
  }

  it('results of studies and sweeps: every number is in its range', async () => {
    const epoch = { epoch: 1, loss: 1.5, accuracy: 0.5 };
    const run = {
      ...{ teaching: 'distilled', seed: 0, epochs: 1, pictures: 10, labels: 10, temperature: 4, alpha: 0.1 },
      ...{
        testAccuracy: 0.5,
        perClass: [0.5, 0.5],
        confusion: [
          [1, 0],
          [0, 1],
        ],
        agreement: 0.5,
        seconds: 3,
        history: [epoch],
      },
    };
    const teacher = {
      parameters: 10,
      testAccuracy: 0.9,
      trainAccuracy: 1,
      perClass: [1, 1],
      confusion: [
        [1, 0],
        [0, 1],
      ],
    };
    const row = { temperature: 4, alpha: 0.1, validation: 0.5 };
    const honest = {
      conditions: { pictures: 10 },
      classes: ['a', 'b'],
      teacher,
      sweep: [row],
      chosen: { temperature: 4, alpha: 0.1 },
      runs: [run],
    };
    const file = inFolder('study.json');
    const write = (text: string): void => writeFileSync(file, text);
    write(JSON.stringify(honest));
    assert.deepEqual(await study.readResults(file), honest);
    print(
      'study results',
      await tryAll(lies(honest, COUNT, 3), file, async (text) => (write(text), study.readResults(file)), sharesHold),
    );
    const sweep = { about: 'made elsewhere', rows: [row, { ...row, alpha: 0.5 }] };
    write(JSON.stringify(sweep));
    assert.deepEqual(await readSweep(file), sweep);
    print(
      'sweep',
      await tryAll(lies(sweep, COUNT, 4), file, async (text) => (write(text), readSweep(file)), sharesHold),
    );
  });

  it('environment.json: paths are paths, variables are texts', async () => {
    const honest = {
      python: '/p/python',
      jupyterServer: '/p/jupyter-server',
      kernelSpecDir: '/k',
      env: { A: 'b', C: 'd' },
    };
    const file = inFolder('.cache/environment.json');
    mkdirSync(inFolder('.cache'), { recursive: true });
    const open = (text: string) => (writeFileSync(file, text), readEnvironment(inFolder('')));
    assert.deepEqual(open(JSON.stringify(honest)).env, honest.env);
    const counts = await tryAll(lies(honest, COUNT, 5), file, open, ({ env, kernelSpecDir, serverCommand }) => {
      assert.ok([kernelSpecDir, ...serverCommand, ...Object.values(env)].every((each) => typeof each === 'string'));
    });
    print('environment.json', counts);
  });

  it('metadata of checkpoints, sparse and integer weights', async () => {
    const net = models.create('lenet', { seed: 0 });
    /** Rewrites one text of a file's metadata. */
    const change = async (from: string, to: string, name: string, text: string): Promise<void> => {
      const bytes = readFileSync(from);
      const length = Number(bytes.readBigUInt64LE(0));
      const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as { __metadata__: Record<string, string> };
      const changed = Buffer.from(
        JSON.stringify({ ...header, __metadata__: { ...header.__metadata__, [name]: text } }),
      );
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(changed.length));
      writeFileSync(to, Buffer.concat([size, changed, bytes.subarray(8 + length)]));
    };
    const metadataOf = (file: string): Record<string, string> => {
      const opened = new checkpoint.SafetensorsFile(file);
      opened.close();
      return opened.metadata;
    };
    const [honest, lying] = [inFolder('honest.safetensors'), inFolder('lying.safetensors')];

    await quantize.saveWeights(net, honest, { bits: 4 });
    const integers = async (text: string) => {
      await change(honest, lying, 'shapes', text);
      await quantize.loadWeights(net, lying);
    };
    const shapes = JSON.parse(metadataOf(honest).shapes) as unknown;
    const unmoved = () => undefined;
    print('integer weights', await tryAll(lies(shapes, COUNT, 6), lying, integers, unmoved));
    for (const [name, text] of [
      ['bits', '64'],
      ['bits', 'x'],
      ['groupSize', '-1'],
      ['groupSize', '1e300'],
    ] as const)
      await assert.rejects(
        change(honest, lying, name, text).then(() => quantize.loadWeights(net, lying)),
        { message: new RegExp(`^${name} of .*lying\\.safetensors must be`) },
      );

    const sparseNet = models.create('lenet', { seed: 0 });
    prune.globalUnstructured(prune.parameters(sparseNet), { method: 'l1', amount: 0.9 });
    await prune.sparse.save(sparseNet, honest);
    const [key] = Object.keys(metadataOf(honest)).filter((name) => metadataOf(honest)[name].startsWith('{'));
    const described = JSON.parse(metadataOf(honest)[key]) as unknown;
    const sparse = async (text: string) => {
      await change(honest, lying, key, text);
      await prune.sparse.load(net, lying);
    };
    print('sparse weights', await tryAll(lies(described, COUNT, 7), lying, sparse, unmoved));
    sparseNet.dispose();

    const set = datasets.generated({ count: 20, size: 28, channels: 1, style: 'digits' });
    const student = models.create('lenet', { seed: 1 });
    const options = { epochs: 2, batchSize: 10, learningRate: 0.01, seed: 0 };
    rmSync(honest);
    await distill.train(student, set, { ...options, checkpoint: honest });
    const progress = JSON.parse(metadataOf(honest).progress) as { history: unknown[] };
    const resume = async (text: string) => {
      await change(honest, lying, 'progress', text);
      return distill.train(student, set, { ...options, checkpoint: lying });
    };
    print(
      'training progress',
      await tryAll(lies(progress, COUNT, 8), lying, resume, (result) => sharesHold(result.history)),
    );
    const runOf = JSON.parse(metadataOf(honest).run) as unknown;
    const other = async (text: string) => {
      await change(honest, lying, 'run', text);
      return distill.train(student, set, { ...options, checkpoint: lying });
    };
    print('training settings', await tryAll(lies(runOf, COUNT, 9), lying, other, unmoved));
    net.dispose();
    student.dispose();
  });
});
