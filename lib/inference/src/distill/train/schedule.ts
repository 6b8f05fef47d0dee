import { oneOf } from '../../check';

/** How the learning rate falls from its largest value: to zero (cosine, linear), never, or to a tenth at 50 % and 75 % (step). */
export type Schedule = 'cosine' | 'linear' | 'constant' | 'step';

const FACTORS: Readonly<Record<Schedule, (progress: number) => number>> = {
  cosine: (progress) => (1 + Math.cos(Math.PI * progress)) / 2,
  linear: (progress) => 1 - progress,
  constant: () => 1,
  step: (progress) => (progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01),
};

export const SCHEDULES = Object.keys(FACTORS) as readonly Schedule[];

/** Rate of one step: rises in a straight line over `warmup` steps, then follows the schedule over those that are left. */
export function learningRateAt(
  step: number,
  { steps, warmup, largest, schedule }: { steps: number; warmup: number; largest: number; schedule: Schedule },
): number {
  if (step < warmup) return (largest * (step + 1)) / warmup;
  return largest * FACTORS[oneOf('schedule', schedule, SCHEDULES)]((step - warmup) / Math.max(1, steps - warmup));
}
