import { models } from 'scalable-inference';

/** Names of the registered networks that take pictures; the others take texts. */
export const pictureModels = (): string[] =>
  models.list().filter((name) => models.describe(name).inputShape.length === 3);
