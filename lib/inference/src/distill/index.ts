/** A small student learns from a large teacher: losses, stored logits, the training loop. */
export { checkSettings, crossEntropy, loss, plainLoss, softDivergence, type DistillationLossInputs } from './loss';
export { attentionLoss, hintLoss } from './features';
export * from './logits';
export { attentionRollout } from './attention';
export { evaluate, evaluateLogits, type Evaluation, type EvaluateOptions } from './evaluate';
export * from './train';
