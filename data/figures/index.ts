import path from 'node:path';
import { languageModels } from './language-models';
import { pruning } from './pruning';
import { quantizedPipeline } from './quantized-pipeline';
import { throughput } from './throughput';

/** Where the notebooks find their pictures: beside them, because JupyterLab shows nothing from outside its folder. */
export const FOLDER = path.resolve(__dirname, '../../notebooks/figures');

/** Every picture by its file's name. */
export const FIGURES: Readonly<Record<string, () => string>> = {
  'language-models.svg': languageModels,
  'pruning.svg': pruning,
  'quantized-pipeline.svg': quantizedPipeline,
  'throughput.svg': throughput,
};
