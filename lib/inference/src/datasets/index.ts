/** Pictures with labels: downloaded sets, generated ones, and batches of tensors from them. */
export { type Batch, type BatchOptions } from './batches';
export { cifar10, cifar10Classes, cifar10Statistics } from './cifar10';
export { fromPictures, PictureDataset, type Pictures } from './dataset';
export { dataFolder, type SourceOptions } from './folder';
export { generated, type GeneratedOptions } from './generated';
export { shuffled } from './order';
export { mnist, mnistStatistics } from './mnist';
