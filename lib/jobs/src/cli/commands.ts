/** A command line that cannot be used; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Commands, each a file of this folder, with what its help says. */
const COMMANDS = {
  logits: `logits (--teacher DIR | --network NAME) [--pictures cifar10|mnist|generated:COUNT] [--split train|test]
         [--first N] [--flips] --cache DIR
                       a teacher's logits of a set, stored as distill.teacherLogits stores them`,
  study: `study [--teacher DIR | --network NAME] [--student NAME] [--pictures cifar10|mnist|generated:COUNT] [--first N]
         [--test N] [--epochs N] [--seeds 0,1,2] [--temperatures 1,2,4] [--alphas 0,0.5] [--sweep-epochs N]
         [--held-out N] [--few-labels N] [--batch-size N] [--learning-rate X] [--students DIR]
         --cache DIR --output FILE
                       students alone and taught, a training a job; a sweep chooses temperature and alpha`,
  notebooks: `notebooks [FILE...] [--answers MODE] [RUNNER'S OPTION...]
                       executes notebooks, one a job`,
  grade: `grade FOLDER [FILE...] [--csv FILE] [RUNNER'S OPTION...]
                       grades the submissions below a folder, one a job; FILEs are the originals`,
  sensitivity: `sensitivity SCORED [--levels 0,0.5,...] [--method l1|random|channels] --output FILE
                       the accuracy with one layer alone pruned, for each layer and level, as prune.sensitivity scans`,
  floor: `floor SCORED --floor X [--calibrate N] [--weight-bits N] [--ahead N] --output FILE
                       the fewest layers in float that keep an accuracy, as quantize.convertWithFloor searches; AHEAD:
                       trials at a time (default: the workers of this machine, 4 with a queue)`,
  survey: `survey [--networks A,B,...] [--repeats N] --output FILE
                       counts of all networks, and the time of one picture (--repeats 0: counts alone)`,
  worker: `worker --queue URL [--shared DIR] [--kinds NAME=FILE]... [--once]
                       takes work from a queue until it is stopped`,
  clean: `clean --queue URL [--shared DIR] [--dry-run]
                       removes from a queue the runs that no coordinator waits for any more`,
} as const;

const COMMON = `SCORED: (--checkpoint DIR | --network NAME [--weights FILE]) [--pictures cifar10|mnist|generated:COUNT]
        [--split train|test] [--first N] [--mean R,G,B --std R,G,B]
  a network and the pictures that its accuracy is taken on (default: CIFAR-10's test pictures)

Where the work is done, for all commands but clean:
  --workers N          processes on this machine (default: one a card, else one a processor)
  --threads N          threads each (default: processors divided by workers; for a study 1, as they change last bits)
  --cards 0,1,...      cards, as CUDA_VISIBLE_DEVICES names them (default: all)
For all but worker and clean:
  --queue URL          hands the work to the workers at redis://HOST[:PORT], rediss:// (TLS) or unix:///PATH instead
  --shared DIR         a folder that the workers see too, for results larger than a message
  --folder DIR         keeps results from run to run (default: a folder in .cache/jobs)
  --dry-run            prints the plan and does nothing
Of the runner (see npx tslab-runner --help), for notebooks and grade:
  -p NAME=VALUE --out DIR --html DIR --report FILE --json FILE --memory GB --timeout S --max-output MB
  --isolate --no-isolate --env NAME
Environment: REDIS_PASSWORD, REDIS_CA (file with the certificate authority of a rediss:// server)`;

export const isCommand = (name: string): name is keyof typeof COMMANDS => Object.keys(COMMANDS).includes(name);

export const usage = (): string =>
  `Usage: scalable-inference-jobs COMMAND [OPTION...]\n\n${Object.values(COMMANDS)
    .map((text) => `  ${text}`)
    .join('\n')}\n\n${COMMON}`;
