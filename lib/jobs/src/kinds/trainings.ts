import { distill, type datasets } from 'scalable-inference';
import { WORKERS_VARIABLE } from '../local';
import { type JobKind, jsonBytes, jsonIn, type Json } from '../run';
import { train, withLogits, type Material, type Trained, type Training, type TrainingsRequest } from './lesson';
import { engineIdentity, openNetwork, openPictures } from './material';

/** The trainings of a study, one a job: each is what `distill.train` and `distill.evaluate` give. */
export const kind: JobKind<TrainingsRequest, readonly Trained[]> = {
  name: 'trainings',
  module: __filename,
  async open(request) {
    check(request);
    const { trainings } = request;
    const [all, test] = [await openPictures(request.pictures), await openPictures(request.test)];
    const byName = new Map(trainings.map((training) => [training.name, training]));
    let material: Promise<Material> | undefined;
    return {
      identity: {
        ...(await engineIdentity()),
        threads: threadsOf(request),
        ...(await teacherIdentity(request, all)),
        pictures: all.fingerprint(),
        'test pictures': test.fingerprint(),
      },
      unit: 'epochs',
      jobs: trainings.map(({ name, epochs }) => ({ id: name, input: name, units: epochs })),
      async execute(input: Json, live) {
        // Read with the first job, so that a coordinator loads none.
        material ??= withLogits(request, { all, test }, live.signal);
        const shared = await material.catch((error: Error) => {
          material = undefined;
          throw error;
        });
        return encode(await train(request, byName.get(input as string) as Training, shared, live));
      },
      async join(read) {
        const all: Trained[] = [];
        for (const training of trainings) all.push(decode(training, await read(training.name)));
        return all;
      },
      dispose: () => undefined,
    };
  },
};

function check({ trainings, teacher, heldOut = 0 }: TrainingsRequest): void {
  if (trainings.length === 0) throw new Error('Expected at least one training, got none.');
  const untaught = trainings.find(({ distil }) => distil !== undefined && teacher === undefined);
  if (untaught) throw new Error(`The training ${untaught.name} needs a teacher: name one.`);
  const unjudged = trainings.find(({ tries = false }) => tries && heldOut === 0);
  if (unjudged) throw new Error(`The try ${unjudged.name} is judged by pictures kept aside: keep some (heldOut).`);
}

/** What is asked for; in a worker, what it computes with. */
function threadsOf({ threads = 1 }: TrainingsRequest): string {
  const isWorker = process.env[WORKERS_VARIABLE] !== undefined;
  return isWorker ? (process.env.TF_NUM_INTRAOP_THREADS ?? 'any number') : String(threads);
}

async function teacherIdentity(
  { teacher: from }: TrainingsRequest,
  pictures: datasets.PictureDataset,
): Promise<Record<string, string>> {
  if (from === undefined) return {};
  const teacher = await openNetwork(from);
  const labeller = await distill.openLabeller(teacher, pictures);
  teacher.dispose();
  try {
    return { "teacher's weights": labeller.model, preprocessing: JSON.stringify(labeller.preprocessing) };
  } finally {
    labeller.dispose();
  }
}

/** A result: the length of its JSON, the JSON, then the weights. */
function encode({ training: _, weights = new Uint8Array(), ...rest }: Trained): Uint8Array {
  const json = jsonBytes(rest);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, weights]);
}

function decode(training: Training, bytes: Uint8Array): Trained {
  const end = 4 + Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32LE();
  const rest = jsonIn(training.name, bytes.subarray(4, end), (value) => value as Omit<Trained, 'training'>);
  // JSON has no NaN.
  const perClass = rest.perClass.map((share) => (share as number | null) ?? NaN);
  const weights = bytes.subarray(end);
  return { training, ...rest, perClass, ...(weights.length > 0 ? { weights } : {}) };
}
