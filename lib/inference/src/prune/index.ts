/**
 * Pruning after `torch.nn.utils.prune`, with the same names, counts and order of parameters and buffers; and what comes
 * after masks: `structured` takes channels out for good, `sparse` stores what is left in fewer bytes.
 */
export type { Amount } from './amount';
export { PruningError, type PruningErrorName } from './errors';
export {
  applyMethod,
  customFromMask,
  identity,
  l1Unstructured,
  lnStructured,
  randomStructured,
  randomUnstructured,
  type Dim,
  type Importance,
  type Random,
} from './functions';
export { globalUnstructured, type GlobalOptions, type ParameterRef } from './global';
export { level, levels, type LevelRow } from './level';
export {
  CustomFromMask,
  Identity,
  L1Unstructured,
  LnStructured,
  PruningContainer,
  PruningMethod,
  RandomStructured,
  RandomUnstructured,
  type NormOrder,
  type PruningType,
  type Scores,
} from './methods';
export { history, isPruned, remove, removeAll } from './parametrize';
export * as sparse from './sparse';
export * as structured from './structured';
export { gradually, schedule, type GradualOptions, type PruningStep, type ScheduleOptions } from './schedule';
export {
  sensitivity,
  sensitivityPlan,
  sensitivityScore,
  type SensitivityOptions,
  type SensitivityRow,
} from './sensitivity';
export { apply, parameters, type AppliedRow, type ApplyOptions, type ApplyReport, type Selection } from './several';
export type { ModuleClass } from '../nn';
