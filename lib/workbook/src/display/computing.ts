import type { backend } from 'scalable-inference';

type Engine = backend.BackendInfo['name'];

/**
 * How many times the processor time of TensorFlow a training step takes, about: 0.035, 0.34 and 1.88 s for 64 pictures of
 * 32x32 in the convolutional network of the quantization notebook.
 */
const SLOWER: Readonly<Record<Engine, number>> = { tensorflow: 1, wasm: 10, cpu: 54 };

/** From here on a notebook says beforehand how long it takes. */
const LONG_MINUTES = 10;

const NAMES: Readonly<Record<Engine, string>> = {
  tensorflow: 'TensorFlow',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript',
};

const COMPILED: Readonly<Record<backend.EngineName, string>> = {
  tensorflow: 'TensorFlow',
  onnxruntime: 'onnxruntime',
  plan: 'the same, operation by operation',
};

/** What {@link computing} is told of the notebook. */
export interface ComputingOptions {
  /** Whether it runs with its small parameters. */
  quick: boolean;
  /** Minutes that it takes with the others, with TensorFlow on two cores. */
  minutes: number;
}

/**
 * Says what computes on this machine and, where a notebook would take long on it, about how long, and what to do instead.
 *
 * @param machine what `backend.ready()` gives
 */
export function computing(machine: backend.BackendInfo, { quick, minutes }: ComputingOptions): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `Computing with ${NAMES[machine.name]} on the ${machine.device.toUpperCase()}, ${machine.threads} threads; compiled networks run in ` +
      `${COMPILED[machine.engine]} (${versions.join(', ')}).`,
  ];
  if (quick) lines.push('A quick run: its accuracies and times are too noisy to draw conclusions from.');
  const expected = minutes * SLOWER[machine.name];
  if (!quick && expected > LONG_MINUTES)
    lines.push(
      `With these parameters this notebook takes about ${durationText(expected)} on this machine: for a short run set ` +
        'quick = true in the parameters cell, and start again from there.',
    );
  return lines.join('\n');
}

const durationText = (minutes: number): string =>
  minutes < 90 ? `${Math.round(minutes / 5) * 5} minutes` : `${Math.round(minutes / 60)} hours`;
