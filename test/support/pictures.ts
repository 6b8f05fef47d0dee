import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { datasets, models, nn, type tf } from 'scalable-inference';

const F = nn.functional;

/** A network so small that a test can train it: one convolution, pooled, one dense layer. */
export class TinyNet extends nn.Module {
  readonly conv: nn.Conv2d;
  readonly fc: nn.Linear;

  constructor(classes = 10, seed = 0) {
    super();
    const donor = new models.SmallCnn({ widths: [6, 6, 6, 6], numClasses: classes, seed });
    this.conv = donor.conv1.clone();
    this.fc = donor.fc.clone();
    donor.dispose();
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.fc.forward(F.flatten(F.globalAvgPool(F.relu(this.conv.forward(x)))));
  }
}

/** Small generated pictures of 12x12x3. */
export const tinyPictures = (count: number, seed = 0): datasets.PictureDataset =>
  datasets.generated({ count, size: 12, seed });

/** Runs `work` with a folder that is gone afterwards. */
export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'scalable-inference-test-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
