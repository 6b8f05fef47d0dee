/**
 * What counts as work; one multiply-add is one.
 * - `macs`: multiply-adds of convolutions, dense layers and matrix products, nothing else;
 * - `ptflops`: as its `aten` backend, which adds one per output of a layer with a bias;
 * - `fvcore`: multiply-adds without biases, two per output of a batch normalisation, five per output of a layer
 *   normalisation, one per input of adaptive pooling.
 */
export type Convention = 'macs' | 'ptflops' | 'fvcore';

/** The conventions of {@link Convention}, for checks and loops. */
export const CONVENTIONS: readonly Convention[] = ['macs', 'ptflops', 'fvcore'];

/** Work of a layer, an operator or a network, for the whole batch. */
export interface Work {
  /** Multiply-adds under the chosen convention. */
  macs: number;
  /** Two for each of `macs`. */
  flops: number;
  /** Elements that operations write. A reshape writes none. */
  activations: number;
  /** Bytes that operations read (inputs and weights) and write, in float32, when each runs on its own. */
  bytes: number;
  /** FLOPs per byte; 0 where no byte moves. */
  intensity: number;
}

/** Parameters of a layer or a network. */
export interface ParameterCounts {
  /** Trainable values; a tensor that several layers share counts once, with the first. */
  params: number;
  /** Those of them that no pruning mask holds at zero. */
  nonzero: number;
}

/** One module. In a list of rows the numbers are its own alone; in a tree they contain its children's. */
export interface Row extends Work, ParameterCounts {
  /** `layer1.0.conv1`; '' for the network itself. */
  path: string;
  /** Class name. */
  type: string;
  /** 0 for the network itself. */
  depth: number;
  /** Shape of the last output, or null where the module did not run. */
  outputShape: number[] | null;
  /** How often the module ran in one forward pass. */
  calls: number;
  /** Part of the network's `macs`, from 0 to 1. */
  share: number;
}

/** A module with those below it. */
export interface TreeNode extends Row {
  children: TreeNode[];
}

/** All uses of one operation. */
export interface OperatorRow extends Work {
  /** Name of the operation, or class name of a module with a counter of its own. */
  operator: string;
  calls: number;
  share: number;
}

/** Something whose work is not known. */
export interface Uncounted {
  /** Name of the operation or class of the module. */
  name: string;
  /** Path of the module that uses it. */
  path: string;
  reason: string;
}

/** Result of `measure.complexity`: plain data. */
export interface Complexity extends Work, ParameterCounts {
  model: string;
  convention: Convention;
  /** As given, batch first; of several inputs the first. */
  inputShape: number[];
  /** Those of all inputs. */
  inputShapes: number[][];
  /** What the tool of that convention prints: `macs` less the work in `dropped`. */
  reference: number;
  /** Work that the tool leaves out and `macs` contains, by name. */
  dropped: Array<{ name: string; macs: number }>;
  /** Modules that do work or hold parameters, in the network's order, with their own numbers: these add up to the totals. */
  rows: Row[];
  /** The network as a tree. */
  tree: TreeNode;
  /** Largest share first. */
  byOperator: OperatorRow[];
  /** What could not be counted; empty where the totals are complete. */
  uncounted: Uncounted[];
}
