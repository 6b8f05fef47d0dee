/** Before conversion: the options, which operations get integers, and the ranges of their values from calibration. */
export type { ActivationOptions, Mode, ObserverName, PrepareOptions, Settings } from './options';
export { hasArithmetic, place, type GridPlan, type KeepFloat, type LayerPlan, type Placement } from './placement';
export {
  calibrate,
  prepare,
  SAMPLE_SIZE,
  type CalibrationBatch,
  type PreparedNetwork,
  type PreparedRow,
} from './prepare';
export type { ConversionSource, Convertible } from './source';
