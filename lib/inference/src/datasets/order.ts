import { randomStream } from '../backend';

/** The numbers 0 to count - 1 in random order (Fisher and Yates); the same for the same seed, everywhere. */
export function shuffled(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const random = randomStream(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
