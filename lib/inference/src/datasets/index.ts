/** Pictures with labels: downloaded sets, generated ones, and batches of tensors from them. */
export { type Batch, type BatchOptions } from './batches';
export { cifar10, cifar10Classes, cifar10Statistics } from './cifar10';
export { fromPictures, PictureDataset, type Pictures } from './dataset';
export { readPicture } from './decode';
export { addresses, dataFolder, type SourceOptions } from './folder';
export { generated, type GeneratedOptions } from './generated';
export {
  FileDataset,
  imageFolder,
  type FolderBatchOptions,
  type ImageFolderOptions,
  type PictureFiles,
} from './image-folder';
export { imagenette, imagenetteClasses, imagenetteIndices, type ImagenetteOptions } from './imagenette';
export { LabelledSet, type Labelled } from './labelled';
export type { Picture } from '../picture';
export { shuffled } from './order';
export { prepare } from './prepare';
export { mnist, mnistStatistics } from './mnist';
