/** A network as one small graph: recorded once by running `forward` on a symbol, read by counting, rewriting, export and fused inference. */
export { trace, type Graph } from './trace';
export type { GraphNode, ParameterReference } from '../nn/ops';
