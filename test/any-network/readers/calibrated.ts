import { graph, quantize, type tf } from 'scalable-inference';
import { inputsFor } from '../build';
import type { Spec } from '../parts';
import { Disagreement } from './agree';

/**
 * Calibrates a network on sixteen inputs. Of one whose values are not numbers, as those of large weights may be, nothing can
 * be learned: it is refused, and the refusal names an operation whose value is NaN.
 *
 * @returns whether it was calibrated
 */
export function calibrated(prepared: quantize.PreparedNetwork, spec: Spec): boolean {
  const x = inputsFor(spec, 16, 2);
  try {
    quantize.calibrate(prepared, [x]);
    return true;
  } catch (error) {
    const [, path, op] = /^At (.+) \((\w+)\): Cannot observe NaN/.exec((error as Error).message) ?? [];
    if (op === undefined) throw error;
    if (!notNumbers(prepared.required(), x).some((node) => node.path === path && node.op === op))
      throw new Disagreement(`calibration finds NaN at ${path} (${op}), where there is none`);
    return false;
  } finally {
    x.dispose();
  }
}

/** The nodes whose values hold NaN. */
function notNumbers(of: graph.Graph, x: tf.Tensor): graph.GraphNode[] {
  const found: graph.GraphNode[] = [];
  const watch = (node: graph.GraphNode, value: tf.Tensor): void => {
    if (value.dataSync().some(Number.isNaN)) found.push(node);
  };
  graph.evaluate(of, x, { watch }).dispose();
  return found;
}
