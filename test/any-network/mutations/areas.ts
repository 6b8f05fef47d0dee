import { PLAN, SESSION } from './compiled';
import { COUNTS } from './counts';
import { EAGER } from './eager';
import { GRADIENTS, MEMORY } from './gradients';
import { INT8 } from './int8';
import type { Area } from './mutation';
import { ONNX } from './onnx';
import { PRUNING, SHRINKING } from './pruning';
import { STATE } from './state';

export const AREAS: readonly Area[] = [
  EAGER,
  SESSION,
  PLAN,
  ONNX,
  INT8,
  COUNTS,
  STATE,
  PRUNING,
  SHRINKING,
  GRADIENTS,
  MEMORY,
];
