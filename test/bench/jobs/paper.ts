import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { graph, measure, models, tf } from 'scalable-inference';
import { encodePart, readPart, writePart } from 'scalable-inference-jobs';
import { seconds } from './seconds';

/** ILSVRC 2012: pictures, and bytes of the archive that holds them, ILSVRC2012_img_train.tar. */
const IMAGENET = { pictures: 1_281_167, bytes: 147_897_477_120, classes: 1000 };
const NETWORK = 'resnet50';
const JOB_PICTURES = 1000;
const MACHINES = [1, 10, 100, 1000, 10_000];

/** What is taken for given, each with where it comes from. */
export interface Given {
  /** Pictures a second that a machine with a card labels; 0 leaves it out. */
  readonly card: number;
  readonly cardSource: string;
  /** Bytes a second that the store of the pictures gives all machines together. */
  readonly storeBytes: number;
}

async function rateHere(): Promise<number> {
  const batch = 8;
  const net = models.create(NETWORK, { seed: 0 }).eval();
  const run = await graph.compile(graph.trace(net, [1, 224, 224, 3]), { engine: 'fixed' });
  const x = tf.randomNormal([batch, 224, 224, 3], 0, 1, 'float32', 1);
  const { medianMs } = await measure.time(() => run.predict(x), { warmup: 1, repeats: 5 });
  x.dispose();
  run.dispose();
  net.dispose();
  return (1000 * batch) / medianMs;
}

/** Processor milliseconds in which a coordinator takes a result of the size of ImageNet's from a shared folder. */
async function collectMs(folder: string): Promise<number> {
  const [from, to] = [path.join(folder, 'from.part'), path.join(folder, 'to.part')];
  await fs.writeFile(from, encodePart(new Uint8Array(4 * IMAGENET.classes * JOB_PICTURES)));
  const rounds = 20;
  const cpu = process.cpuUsage();
  const took = await seconds(async () => {
    for (let k = 0; k < rounds; k++) await writePart(to, (await readPart(from)) as Uint8Array);
  });
  const { user, system } = process.cpuUsage(cpu);
  return Math.max(1000 * took, (user + system) / 1000) / rounds;
}

/** Hours for all of ImageNet on so many machines, and what they wait for first. */
function row(machines: number, rate: number, limits: Readonly<Record<string, number>>): string {
  const jobs = Math.ceil(IMAGENET.pictures / JOB_PICTURES);
  // More machines than jobs have nothing to do.
  const wanted = Math.min(machines, jobs) * rate;
  const [name, most] = Object.entries(limits).reduce((least, each) => (each[1] < least[1] ? each : least));
  const perSecond = Math.min(wanted, most);
  const hours = Math.max(IMAGENET.pictures / perSecond, JOB_PICTURES / rate) / 3600;
  const first =
    perSecond < wanted ? name : machines > jobs ? 'too few jobs: smaller ranges' : 'the machines: more of them';
  return `${rate.toFixed(0)} | ${hours.toPrecision(3)} | ${first}`;
}

/** Prints how long ImageNet would take, by the figures of this run and what is given. */
export async function onPaper(folder: string, { cpuMs }: { cpuMs: number }, given: Given): Promise<void> {
  const { card, cardSource, storeBytes } = given;
  const [here, fileMs] = [await rateHere(), await collectMs(folder)];
  const jobMs = cpuMs + fileMs;
  const limits = {
    'the store of the pictures: copies on several, or on the machines':
      (storeBytes * IMAGENET.pictures) / IMAGENET.bytes,
    'the coordinator: several, each with a part of the set': (1000 * JOB_PICTURES) / jobMs,
  };
  console.log(`\nOn paper: ImageNet's ${IMAGENET.pictures} pictures with ${NETWORK}, ${JOB_PICTURES} a job`);
  console.log(`- this machine: ${here.toFixed(1)} pictures/s (measured now, batches of 8)`);
  if (card > 0) console.log(`- a machine with a card: ${card} pictures/s (${cardSource})`);
  console.log(
    `- coordinator: ${cpuMs.toFixed(2)} ms a job (the sleeping workers above) and ${fileMs.toFixed(1)} ms for its 4 MB ` +
      'from the shared folder (measured now)',
  );
  console.log(
    `- store: ${(storeBytes / 1e6).toFixed(0)} MB/s in all (given), ${(IMAGENET.bytes / IMAGENET.pictures / 1000).toFixed(0)} kB a picture (ILSVRC2012_img_train.tar)`,
  );
  for (const [name, most] of Object.entries(limits)) console.log(`- at most ${most.toFixed(0)} pictures/s: ${name}`);
  console.log('\n| machines | pictures/s each | hours | first bottleneck, and what moves it |\n|---|---|---|---|');
  const kinds: [string, number][] = [
    ['as this one', here],
    ...(card > 0 ? [['with a card', card] as [string, number]] : []),
  ];
  for (const [what, rate] of kinds)
    for (const machines of MACHINES) console.log(`| ${machines} ${what} | ${row(machines, rate, limits)} |`);
  if (card === 0) console.log('Left out: machines with a card (--card PICTURES_A_SECOND --card-source TEXT).');
}
