/** Networks by name with their published weights; it is what `models` is to users, with everything of that room. */
export * from '../models';
export {
  preprocess,
  type PictureInput,
  type PictureRecipe,
  type Preprocess,
  type PreprocessOptions,
} from './preprocess';
