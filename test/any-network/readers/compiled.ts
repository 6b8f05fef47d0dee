import { graph } from 'scalable-inference';
import { BATCHES, drawnFor, onBatch, same, type Case } from './agree';

/** The compiled graph gives what `forward` gives, with every engine, traced at either size, at every batch size. */
export async function compiled(network: Case): Promise<void> {
  const { net, spec } = network;
  const traced = drawnFor(spec, 1).int(1, 2);
  for (const [engine, size] of [
    ['tensorflow', traced],
    ['onnxruntime', traced],
    ['plan', 3 - traced],
  ] as const) {
    const run = await graph.compile(graph.trace(net, [size, ...spec.input]), { engine });
    try {
      for (const batch of BATCHES) {
        await onBatch(network, batch, (x, wanted, rounding) => {
          const got = run.predict(x);
          same(`compiled (${engine}, traced at ${size}), batch ${batch}`, got, wanted, rounding);
          got.dispose();
        });
      }
    } finally {
      run.dispose();
    }
  }
}
