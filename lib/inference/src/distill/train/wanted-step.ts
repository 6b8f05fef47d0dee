import { onCard } from '../../backend';
import type { PictureDataset } from '../../datasets';
import type { Settings } from './options';
import { storedStep } from './state';
import type { WantedStep } from './steps';

/** With fewer full batches an epoch, recording a step at its beginning takes what the others save. */
const FEWEST_STEPS = 16;

/** On a card XLA compiled a step in 4 to 25 s, and saved 3 to 7 ms of each (H100; SmallCnn, ResNet-18). */
const FEWEST_XLA_STEPS = 5000;

/** What the settings ask for; where they leave it open, what is safe and pays. */
export function wantedStep({ count }: PictureDataset, settings: Settings): WantedStep {
  const { step = 'auto', batchSize, objective, checkpoint } = settings;
  if (step !== 'auto') return { kind: step, must: step !== 'eager' };
  const stored = checkpoint === undefined ? undefined : storedStep(checkpoint);
  if (stored === 'eager') return { kind: stored, reason: 'the checkpoint began that way' };
  if (stored) return { kind: stored };
  if (objective)
    return {
      kind: 'eager',
      reason: "a loss of the caller's own may depend on more than its tensors: step 'graph' asks for it",
    };
  const fullBatches = Math.floor(count / batchSize);
  if (fullBatches < FEWEST_STEPS)
    return { kind: 'eager', reason: `an epoch has fewer than ${FEWEST_STEPS} full batches` };
  const isLong = settings.epochs * fullBatches >= FEWEST_XLA_STEPS;
  return { kind: onCard() && isLong ? 'xla' : 'graph' };
}
