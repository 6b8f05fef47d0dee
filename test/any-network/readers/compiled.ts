import { graph } from 'scalable-inference';
import { BATCHES, onBatch, same, type Case } from './agree';

/** The compiled graph gives what `forward` gives, with both engines and at every batch size. */
export async function compiled(network: Case): Promise<void> {
  const { net, spec } = network;
  for (const engine of ['session', 'plan'] as const) {
    for (const traced of [1, 2]) {
      const run = await graph.compile(graph.trace(net, [traced, ...spec.input]), { engine });
      try {
        for (const batch of BATCHES) {
          await onBatch(network, batch, (x, wanted, rounding) => {
            const got = run.predict(x);
            same(`compiled (${engine}, traced at ${traced}), batch ${batch}`, got, wanted, rounding);
            got.dispose();
          });
        }
      } finally {
        run.dispose();
      }
    }
  }
}
