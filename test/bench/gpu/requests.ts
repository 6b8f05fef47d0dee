import type { distill } from 'scalable-inference';

/** How a network's forward pass is computed, here and in PyTorch. */
export const OWN_FORMS = ['eager', 'compiled', 'xla', 'xla float16'] as const;
export const TORCH_FORMS = ['torch', 'torch float16', 'torch.compile'] as const;

export type Form = (typeof OWN_FORMS)[number] | (typeof TORCH_FORMS)[number];

/** One forward pass: its first time ever (compiling included) and, when it is asked for, its usual time. */
export interface ForwardRequest {
  what: 'prepare' | 'time' | 'result' | 'forget';
  form: Form;
  network: string;
  batch: number;
  /** Pixels along each side. */
  size: number;
  repeats: number;
}

/** Training or labelling, in pictures a second; `step` in milliseconds. */
export interface LoopRequest {
  what: 'step' | 'train' | 'label' | 'label xla';
  /** How a step is computed, for `step` and `train`; PyTorch has one way. */
  kind?: distill.StepKind;
  network: string;
  batch: number;
  size: number;
  steps: number;
}

/** A reply to any request; which entry is there follows from `what`. */
export interface Reply {
  /** Seconds of the first pass. */
  first?: number;
  /** Milliseconds of a pass or step, the median. */
  ms?: number;
  perSecond?: number;
  /** The result's numbers, as base64 of little-endian float32. */
  values?: string;
  versions?: Record<string, string>;
}
