/**
 * What experiments of the notebooks are made of. Distillation: stored results of studies, as `data/distillation` keeps
 * them, read and summed up. Quantization: a network with depthwise layers, what became of a graph, second-order rounding.
 */
export {
  readResults,
  readSweepRow,
  STAGES,
  TEACHINGS,
  type StudyResults,
  type StudyRun,
  type SweepRow,
  type Teaching,
} from './results';
export { describeConditions, readAllResults, summariseRuns, type StudySummaryRow } from './summary';
export { DepthwiseNet, largestWeights, loseChannels, type ChannelWeight } from './depthwise';
export { operationCounts, type OperationRow } from './operations';
export { inputFactor, patchesOf } from './second-order';
