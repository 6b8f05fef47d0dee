import { readFileSync } from 'node:fs';
import { isNative, onCard, tf } from '../backend';
import { oneOf } from '../check';
import type { RealType } from './savedmodel';

/** Refuses what is no precision of `graph.compile`. */
export const checkPrecision = (precision: RealType): RealType =>
  oneOf('The precision of graph.compile', precision, ['float32', 'float16', 'bfloat16'] as const);

/**
 * Why `graph.compile` cannot compute in a precision on this machine, as a clause without a period; undefined where it can,
 * which it always does in float32. Asks for instructions that the processor has, not for those that oneDNN could imitate.
 * To be called after `backend.ready()`.
 *
 * @throws for unknown precisions
 */
export function obstacleTo(precision: RealType): string | undefined {
  checkPrecision(precision);
  if (precision === 'float32') return undefined;
  if (!isNative()) return `half precision is for TensorFlow's addon, and the backend here is '${tf.getBackend()}'`;
  if (onCard()) return undefined;
  return precision === 'float16' ? "it is for cards, a processor has 'bfloat16'" : obstacleOfProcessor();
}

/** Names of oneDNN's for sets of instructions that hold products of bfloat16. */
const WITH_BFLOAT16 = /BF16|FP16|AMX|AVX10|ALL|DEFAULT/i;

/** oneDNN ends the process, rather than a call, where a processor lacks what a product in half precision needs. */
function obstacleOfProcessor(): string | undefined {
  const { TF_ENABLE_ONEDNN_OPTS, ONEDNN_MAX_CPU_ISA, DNNL_MAX_CPU_ISA } = process.env;
  if (!/\b(avx512_bf16|amx_bf16)\b/.test(processorFlags()) || TF_ENABLE_ONEDNN_OPTS === '0')
    return 'it needs a processor with AVX512-BF16 or AMX under Linux, and oneDNN';
  const allowed = ONEDNN_MAX_CPU_ISA ?? DNNL_MAX_CPU_ISA;
  if (allowed === undefined || WITH_BFLOAT16.test(allowed)) return undefined;
  return `ONEDNN_MAX_CPU_ISA=${allowed} keeps oneDNN from the instructions for it`;
}

function processorFlags(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
