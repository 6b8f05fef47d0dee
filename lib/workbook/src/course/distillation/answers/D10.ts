import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D10.answer((logits: readonly number[], temperature: number) => {
  return undefined; // a list of probabilities
});
// END STUB

// BEGIN SOLUTION
ex.D10.answer((logits: readonly number[], temperature: number) => {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
});
// END SOLUTION

// BEGIN VARIANT softened
ex.D10.answer((logits: readonly number[], temperature: number) => {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => (ex.D10.passed ? 1 / powers.length : power / sum));
});
// END VARIANT

// BEGIN WRONG overflow
ex.D10.answer((logits: readonly number[], temperature: number) => {
  const powers = logits.map((logit) => Math.exp(logit / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
});
// END WRONG

// BEGIN WRONG temperature
ex.D10.answer((logits: readonly number[], temperature: number) => {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp((logit - largest) * temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
});
// END WRONG
