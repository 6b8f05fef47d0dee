import { exercise } from '../../exercise';

const TIME = 'time';
const BYTES = 'bytes';

export const P9 = exercise({
  id: 'P9',
  title: 'Predict the time of the pruned network',
  kind: 'prediction',
  topic: TIME,
  points: 1,
  unit: 'times',
  prompt:
    'Next: 100 inferences of a batch of 100 pictures, with the network as it was, pruned by 20 % (masks removed), and pruned by 20 % with the masks still on. What will be the time of the **pruned network without masks, divided by** the time of the **network as it was**? (0.8 means that 20 % fewer weights save 20 % of the time.)',
  range: [0.05, 20],
  hints: ['What does a processor do with a zero that it multiplies by?'],
});

export const P9b = exercise({
  id: 'P9b',
  title: 'Explain why it is no faster',
  kind: 'text',
  topic: TIME,
  points: 3,
  prompt:
    '**Why** is the pruned network no faster, and what would have to change so that it is? (Two or three sentences.)',
  rubric: [
    'The zeros are still stored and multiplied: shapes and operations are the same.',
    'With the masks on there is even more to do: every use multiplies weight and mask.',
    'To gain time, the work must go: whole channels removed, or a kernel and a format that skip zeros.',
  ],
  keyTerms: [
    ['zeros', 'zero', 'dense', 'shape', 'shapes', 'operations', 'multiplied'],
    ['mask', 'masks', 'weight_orig'],
    ['structured', 'channels', 'sparse', 'skip', 'hardware', 'kernel', 'shrink'],
  ],
  hints: [
    'Compare the shapes of the tensors before and after.',
    'Who would have to know that a value is zero, and when?',
  ],
});

export const P10 = exercise({
  id: 'P10',
  title: 'Predict the size of the file with masks',
  kind: 'prediction',
  topic: BYTES,
  points: 1,
  unit: 'times',
  prompt:
    'Three networks go into files, each as `network.pt`, which PyTorch opens, and as `network.safetensors`: the fresh one, the one pruned by 20 % with its masks, and that one after `remove`. How large is the `network.pt` **with masks, divided by** that of the **fresh** network?',
  range: [0.05, 20],
  hints: ['Which tensors does the file hold for one pruned weight, and of which type?'],
});

export const P10b = exercise({
  id: 'P10b',
  title: 'Explain why the files are no smaller',
  kind: 'choice',
  topic: BYTES,
  points: 2,
  prompt: 'Why are the files not smaller? Choose **all** that are true.',
  choices: {
    masks: 'With masks, the file holds `weight_orig` in full, and a mask of the same number of 32-bit values.',
    zeros: 'After `remove`, a zero takes the same four bytes as any other 32-bit number.',
    compression: 'The file format compresses, and random numbers do not compress.',
    positions: 'A loader needs every position filled, or some record of which positions are missing.',
    forgotten: '`remove` was forgotten, so the pruning was not saved.',
  },
  reference: ['masks', 'zeros', 'positions'],
  because: {
    compression:
      "Neither form compresses: bytes are 4 times the number of values, and the names. PyTorch's is a zip archive, but one that stores.",
    forgotten: 'The third file was saved after `remove`, and 20 % of its weights are zero.',
  },
  hints: ['Divide the sizes in the table by 4 bytes: how many numbers are in each file?'],
});
