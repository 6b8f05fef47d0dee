export { complexity, type ComplexityOptions } from './complexity';
export { registerCounter, type ModuleCounter, type ModuleCounts, type OpCounter } from './counters';
export { toCsv, toJson, toText, viewRows, type ViewOptions } from './text';
export {
  CONVENTIONS,
  type Complexity,
  type Convention,
  type OperatorRow,
  type ParameterCounts,
  type Row,
  type TreeNode,
  type Uncounted,
  type Work,
} from './types';
export type { ModuleClass } from '../../nn';
