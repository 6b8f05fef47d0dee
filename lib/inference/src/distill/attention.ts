import { tf } from '../backend';
import { patchGrid, ViTForImageClassification } from '../models';
import { splitHeads, type Module } from '../nn';

/** softmax(q kᵀ / sqrt(d)), mean over the heads: [batch, tokens, tokens]. */
function attentionOf(query: tf.Tensor, key: tf.Tensor, heads: number): tf.Tensor {
  const [q, k] = [query, key].map((x) => splitHeads(x, 1, heads)[0]);
  const scaled = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape[3] as number));
  return tf.mean(tf.softmax(scaled), 1);
}

/**
 * Where a Vision Transformer looks to decide on a picture: attention rollout (Abnar and Zuidema 2020), the attention of
 * all layers multiplied, half of each layer's weight on the shortcut. The class token's own share is left out and the
 * patches' shares sum to 1.
 *
 * @param net a `models.ViTForImageClassification`, as `checkpoint.fromHuggingFace` gives for a folder of a ViT
 * @param x prepared pictures [batch, height, width, channels]
 * @returns [batch, rows, columns] of patches, the caller's to free
 * @throws for networks of another class
 */
export function attentionRollout(net: Module, x: tf.Tensor): tf.Tensor3D {
  if (!(net instanceof ViTForImageClassification)) {
    throw new TypeError(
      `distill.attentionRollout follows the class token of a ViTForImageClassification, got a ${net.constructor.name}.`,
    );
  }
  const { heads } = net.settings;
  const [rows, columns] = patchGrid(net.settings);
  return tf.tidy(() => {
    const outputs = projections(net, x);
    const tokens = rows * columns + 1;
    const shortcut = tf.eye(tokens);
    let rollout: tf.Tensor = shortcut;
    for (const [query, key] of outputs) {
      const mixed = tf.mul(tf.add(attentionOf(query, key, heads), shortcut), 0.5);
      rollout = rollout === shortcut ? mixed : tf.matMul(mixed, rollout);
    }
    const patches = tf.slice(rollout, [0, 0, 1], [-1, 1, tokens - 1]); // the class token's row
    return tf.reshape<tf.Rank.R3>(tf.div(patches, tf.sum(patches, 2, true)), [-1, rows, columns]);
  });
}

/** Queries and keys of every layer while the network runs once. */
function projections(net: ViTForImageClassification, x: tf.Tensor): Array<[tf.Tensor, tf.Tensor]> {
  const found: Array<[tf.Tensor, tf.Tensor]> = [];
  const modules = new Map<string, Module>(net.namedModules());
  const removers: Array<() => void> = [];
  const kept: tf.Tensor[] = [];
  for (let i = 0; i < net.settings.layers; i++) {
    const pair: tf.Tensor[] = [];
    for (const name of ['query', 'key']) {
      const module = modules.get(`vit.encoder.layer.${i}.attention.attention.${name}`) as Module;
      removers.push(
        module.registerForwardHook((_module, _inputs, output) => {
          pair.push(tf.keep(tf.clone(output)));
          kept.push(pair[pair.length - 1]);
        }),
      );
    }
    found.push(pair as [tf.Tensor, tf.Tensor]);
  }
  try {
    net.forward(x).dispose();
  } finally {
    for (const remove of removers) remove();
  }
  // Copies inside the surrounding tidy, which then frees them.
  const result = found.map(([query, key]): [tf.Tensor, tf.Tensor] => [tf.clone(query), tf.clone(key)]);
  tf.dispose(kept);
  return result;
}
