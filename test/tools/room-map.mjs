// `node test/tools/room-map.mjs` prints the map of rooms that stands in .github/CONTRIBUTING.md.
import { pathToFileURL } from 'node:url';

/**
 * The packages and their rooms, each from the top down: a room imports only from rooms that stand after it, in its own
 * package by path and through their index alone, in a package that stands after its own by name. What lies directly in
 * `src` stands above all rooms (entries, command lines) or below them (checks, rounding), and is free. The linter
 * enforces it, see lint-rooms.mjs.
 */
export const PACKAGES = [
  {
    folder: 'workbook',
    name: 'scalable-inference-workbook',
    rooms: {
      author: 'what authors and teachers do with notebooks: new exercises, exercises written in, copies for a class',
      course: 'the questions of the four notebooks, with their solutions and stored wrong answers',
      exercise: 'kinds of exercises, what a check says, points and progress, writing exercises into notebooks',
      display: 'what a cell shows: tables, charts, pictures, progress bars; the only importer of tslab',
      study: 'what experiments of the notebooks are made of: stored results of studies, networks, sums over graphs',
    },
  },
  {
    folder: 'jobs',
    name: 'scalable-inference-jobs',
    rooms: {
      cli: 'the command line',
      kinds: 'what is handed out: the only room that computes',
      classwork: 'what is handed out to kernels: notebooks executed, submissions graded; without TensorFlow',
      queue: 'jobs through BullMQ and Redis, for workers on any machine; the only importer of both',
      local: 'jobs on child processes of one machine, which workers of a queue use too',
      run: 'a run coordinated: its jobs, its folder of results, what must agree, progress',
    },
  },
  {
    folder: 'runner',
    name: 'tslab-runner',
    rooms: {
      cli: 'the command line, and its parts for jobs that execute and grade elsewhere',
      grade: 'a folder of submissions graded, points by exercise',
      report: 'console lines, JUnit, JSON, pages',
      lint: 'what is wrong with a notebook file before it runs',
      run: 'cells executed one by one, and what others miss noticed',
      judge: "answers taken out of a learner's kernel as plain data, and judged in a process of its own",
      kernel: 'one connection to one kernel, and what comes back',
      server: 'a Jupyter server started, watched and ended; kernels started ahead',
      ipynb: 'notebook files read and written, tags and parameters',
      files: 'atomic writing',
    },
  },
  {
    folder: 'inference',
    name: 'scalable-inference',
    rooms: {
      distill: "a teacher's logits stored for a whole set, losses, training, evaluation",
      quantize: 'integers as PyTorch makes them: observers, conversion, training with rounding',
      prune: 'masks as PyTorch makes them, channels removed for good, sparse files',
      onnx: 'export to ONNX, onnxruntime to run it',
      measure: 'operations counted, time, memory, roofline',
      pretrained:
        'published weights by name: fetched, checked, loaded; pictures prepared, classified, measured; users know it as `models`',
      datasets: 'CIFAR-10, MNIST, Imagenette, folders of pictures, generated ones, and batches of them',
      graph: 'tracing, rewriting, compiled inference',
      checkpoint: "files of weights with PyTorch's names; Hugging Face folders",
      models: "torchvision's families by name, and the table of published figures",
      nn: 'modules, layers, and the operations: kernel, shape rule, count, TensorFlow and ONNX forms in one place each',
      backend: "the only importer of tfjs: TensorFlow's addon or a fallback and what it lacks, seeds, raw operations",
      files: 'downloads that resume, archives, locks, atomic writing',
      check: 'arguments checked, with one form of sentence',
    },
  },
];

/** The rooms as a Markdown table, a package after the other. */
export function roomMap() {
  const rows = PACKAGES.flatMap(({ folder, name, rooms }) => [
    `| **\`${name}\`** (\`lib/${folder}\`) | |`,
    ...Object.entries(rooms).map(([room, sentence]) => `| \`${room}\` | ${sentence} |`),
  ]);
  return ['| room | what lives there |', '|---|---|', ...rows].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(roomMap());
