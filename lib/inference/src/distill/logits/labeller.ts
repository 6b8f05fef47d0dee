import { createHash } from 'node:crypto';
import { type tf } from '../../backend';
import { preparedShape, preprocessingOf, preprocessor, type Preprocessing } from '../../checkpoint';
import type { PictureDataset } from '../../datasets';
import { compile, trace, type XlaListener } from '../../graph';
import type { Module } from '../../nn';
import { isPerPicture, openShape } from '../../nn/ops';
import { shapeText } from '../../shape';
import { bytesOf } from '../../files';

/** A teacher made ready to label pictures: compiled, with its preprocessing; see {@link openLabeller}. */
export interface Labeller {
  /** SHA-256 of the teacher's parameters and buffers with their names and shapes. */
  readonly model: string;
  readonly preprocessing: Preprocessing;
  /** Logits per picture. */
  readonly classes: number;
  /** Whether XLA compiled it, for each batch size anew. */
  readonly xla?: boolean;
  /** @param pictures [batch, height, width, channels], 0 to 255; returns [batch, classes], the caller's to free */
  predict(pictures: tf.Tensor4D): tf.Tensor2D;
  dispose(): void;
}

/** What a teacher without a preprocessor_config.json gets: pixels in [0, 1] at their own size. */
const PLAIN: Preprocessing = { size: null, filter: 'bilinear', rescale: 1 / 255, normalize: null };

/** SHA-256 over names, shapes and values of everything a network was trained to. */
export function stateHash(net: Module): string {
  const hash = createHash('sha256');
  for (const [name, { shape, dtype, data }] of Object.entries(net.stateDict())) {
    hash.update(JSON.stringify([name, shape, dtype])).update(bytesOf(data));
  }
  return hash.digest('hex');
}

/**
 * Compiles a teacher for the pictures of a set. Later changes to its weights do not reach the compiled form.
 *
 * @param chosen how pictures are prepared. Default: the teacher's own preprocessing, else pixels in [0, 1]
 * @param xla see `teacherLogits`
 * @throws when the teacher tells another number of classes apart than the set has
 */
export async function openLabeller(
  teacher: Module,
  dataset: PictureDataset,
  chosen?: Preprocessing,
  { xla = false, onXla }: { xla?: boolean; onXla?: XlaListener } = {},
): Promise<Labeller> {
  const preprocessing = chosen ?? preprocessingOf(teacher) ?? PLAIN;
  const graph = trace(teacher, [1, ...preparedShape(dataset.shape, preprocessing)]);
  if (!isPerPicture(graph.output))
    throw new Error(
      `The teacher's output ${shapeText(openShape(graph.output))} is not one row of logits for each picture: use a teacher that gives [batch, classes].`,
    );
  // Stored logits are joined from ranges that several processes label: all must compute the same bits.
  const run = await compile(graph, { engine: 'fixed', xla, onXla });
  const classes = run.outputShape[1];
  if (run.outputShape.length !== 2 || classes !== dataset.classes.length) {
    run.dispose();
    throw new Error(
      `The teacher gives outputs ${shapeText(run.outputShape)}, '${dataset.name}' has ${dataset.classes.length} classes: ` +
        'use a teacher trained on these classes.',
    );
  }
  const { prepare, dispose } = preprocessor(preprocessing);
  return {
    model: stateHash(teacher),
    preprocessing,
    classes,
    xla,
    predict: (pictures) => {
      const x = prepare(pictures);
      try {
        return run.predict(x) as tf.Tensor2D;
      } finally {
        x.dispose();
      }
    },
    dispose() {
      run.dispose();
      dispose();
    },
  };
}
