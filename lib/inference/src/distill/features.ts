import { tf } from '../backend';
import { shapeText } from '../shape';

function checkPair(what: string, student: tf.Tensor, teacher: tf.Tensor, dimensions: readonly number[]): void {
  if (student.rank !== teacher.rank || dimensions.some((i) => student.shape[i] !== teacher.shape[i])) {
    throw new Error(
      `${what}: the student's features ${shapeText(student.shape)} do not fit the teacher's ${shapeText(teacher.shape)}.`,
    );
  }
}

/**
 * Hint loss (Romero et al. 2015, FitNets): mean squared difference of features. Where their widths differ, `regressor`
 * [student channels, teacher channels] maps the student's; train it along.
 *
 * @param student [..., channels]
 * @param teacher [..., channels]
 */
export function hintLoss(student: tf.Tensor, teacher: tf.Tensor, regressor?: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const channels = student.shape[student.rank - 1];
    const mapped = regressor
      ? tf.reshape(tf.matMul(tf.reshape(student, [-1, channels]), regressor), [
          ...student.shape.slice(0, -1),
          regressor.shape[1],
        ])
      : student;
    checkPair(
      'hintLoss',
      mapped,
      teacher,
      mapped.shape.map((_, i) => i),
    );
    return tf.mean<tf.Scalar>(tf.square(tf.sub(mapped, teacher)));
  });
}

/** Where a layer looks: the mean of squares over channels at each place, each picture's map scaled to length 1. */
function attentionMap(features: tf.Tensor): tf.Tensor {
  const map = tf.reshape(tf.mean(tf.square(features), -1), [features.shape[0], -1]);
  return tf.div(map, tf.maximum(tf.norm(map, 2, 1, true), 1e-12));
}

/**
 * Attention transfer (Zagoruyko and Komodakis 2017): mean squared difference of the normalised spatial attention maps.
 * Channel counts may differ, heights and widths must not.
 *
 * @param student [batch, height, width, channels]
 * @param teacher [batch, height, width, channels]
 */
export function attentionLoss(student: tf.Tensor, teacher: tf.Tensor): tf.Scalar {
  checkPair('attentionLoss', student, teacher, student.shape.map((_, i) => i).slice(0, -1));
  return tf.tidy(() => tf.mean<tf.Scalar>(tf.square(tf.sub(attentionMap(student), attentionMap(teacher)))));
}
