import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import * as checkpoint from 'scalable-inference/checkpoint';
import type { Module } from 'scalable-inference/nn';
import { exercise, thrown, type Diagnosis } from '../../exercise';
import { inFolder, lenet } from './support';

export const TOPIC = 'bytes';

export const P23 = exercise({
  id: 'P23',
  title: 'Predict: the file with masks',
  kind: 'prediction',
  topic: TOPIC,
  points: 1,
  unit: 'times',
  prompt:
    'Three networks will go into files: the fresh one, the one pruned by **20 %** with its masks on, and that one after `remove`. How large is the file `network.pt` of the network **with masks, divided by** that of the **fresh** network?',
  range: [0.05, 20],
  hints: ['Which tensors does the file hold for one pruned weight, and of which type?'],
});

/** Bytes of a network's two files. */
export interface FileSizes {
  pt: number;
  safetensors: number;
}

/** What P24 asks for. */
export type SaveBoth = (net: Module, folder: string) => Promise<FileSizes>;

const saveBoth: SaveBoth = async (net, folder) => {
  const sizes: number[] = [];
  for (const name of ['network.pt', 'network.safetensors']) {
    const file = path.join(folder, name);
    await checkpoint.save(net, file);
    sizes.push(statSync(file).size);
  }
  return { pt: sizes[0], safetensors: sizes[1] };
};

async function judgeFiles(folder: string, result: unknown): Promise<Diagnosis | undefined> {
  const [pt, safetensors] = ['network.pt', 'network.safetensors'].map((name) => path.join(folder, name));
  const missing = [pt, safetensors].find((file) => !existsSync(file));
  if (missing !== undefined) {
    const message = `There is no file ${path.basename(missing)} in the folder: await checkpoint.save(net, file).`;
    return { reason: 'missing file', message, where: path.basename(missing) };
  }
  const got = (result ?? {}) as Partial<FileSizes>;
  if (typeof got.pt !== 'number' || typeof got.safetensors !== 'number')
    return { reason: 'type', message: 'Expected { pt, safetensors }: two numbers of bytes.', got: typeof result };
  for (const [name, file] of Object.entries({ pt, safetensors })) {
    const size = statSync(file).size;
    const told = got[name as keyof FileSizes];
    if (told === size) continue;
    return {
      reason: 'bytes',
      message: `${path.basename(file)} has another size.`,
      expected: String(size),
      got: String(told),
    };
  }
  return inFolder(async (other) => {
    const net = lenet();
    const expected = await saveBoth(net, other);
    net.dispose();
    if (expected.pt === got.pt && expected.safetensors === got.safetensors) return undefined;
    return { reason: 'content', message: 'The files hold something else than the network.' };
  });
}

async function checkSaving(answer: unknown): Promise<Diagnosis | undefined> {
  if (typeof answer !== 'function') return { reason: 'type', message: 'Expected a function.', got: typeof answer };
  return inFolder(async (folder) => {
    const net = lenet();
    try {
      return await judgeFiles(folder, await (answer as SaveBoth)(net, folder));
    } catch (error) {
      return thrown(error, 'a LeNet');
    } finally {
      net.dispose();
    }
  });
}

export const P24 = exercise<SaveBoth>({
  id: 'P24',
  title: 'Save, and look the sizes up',
  kind: 'code',
  form: 'function',
  topic: TOPIC,
  points: 2,
  prompt: `Write a function that saves a network in a folder twice, as \`network.pt\`, which PyTorch opens, and as \`network.safetensors\`, and returns the **bytes of both files**: \`{ pt, safetensors }\`.

\`await checkpoint.save(net, file)\` picks the format by the file's name. The size is in \`fs.statSync(file).size\`.`,
  hints: [
    "`path.join(folder, 'network.pt')` is the name of a file in the folder.",
    'Saving takes time: without `await` the file is not there yet when its size is asked for.',
  ],
  reference: () => saveBoth,
  check: checkSaving,
});

export const P25 = exercise({
  id: 'P25',
  title: 'Explain the sizes',
  kind: 'choice',
  topic: TOPIC,
  points: 2,
  prompt: 'Why are the files not smaller? Choose **all** that are true.',
  choices: {
    compression: 'The file format compresses its tensors, but random numbers hold nothing to compress.',
    masks: 'With masks, the file holds all of `weight_orig`, and as many values of the mask.',
    forgotten: '`remove` was forgotten, so the file holds the weights as they were before.',
    width: 'After `remove`, a zero takes the same four bytes as any other 32-bit number.',
    positions: 'A loader needs every position filled, or a record of those that are missing.',
  },
  reference: ['masks', 'width', 'positions'],
  because: {
    compression:
      "Neither form compresses: bytes are 4 times the number of values, and the names. PyTorch's is a zip archive, but one that stores.",
    masks: 'A mask is a tensor of the same shape and of the same type.',
    forgotten: 'The third file was saved after `remove`, and its zeros are in it.',
    width: 'A dense tensor has one width for all of its values.',
    positions: 'That record is what a sparse format adds, and what it costs.',
  },
  hints: ['Divide the sizes in the table by 4 bytes: how many numbers are in each file?'],
});
