import type { datasets } from 'scalable-inference';

/** Which training pictures a study uses for what. */
export interface StudyPictures {
  /** They choose temperature and alpha. */
  heldOut: datasets.PictureDataset;
  /** What the sweep trains on: never a held-out picture. */
  sweepTrain: datasets.PictureDataset;
  /** What the comparison trains on: held-out pictures too, where it needs them to have so many. */
  train: datasets.PictureDataset;
}

/** Divides the training set; the same counts always give the same pictures. */
export function studyPictures(
  all: datasets.PictureDataset,
  counts: { pictures: number; heldOut: number },
): StudyPictures {
  const [heldOut, rest] = all.split({ count: counts.heldOut, seed: 1234 });
  const sweepTrain = rest.subset({ count: Math.min(counts.pictures, rest.count), seed: 99 });
  const train = counts.pictures <= rest.count ? sweepTrain : all.subset({ count: counts.pictures, seed: 99 });
  return { heldOut, sweepTrain, train };
}
