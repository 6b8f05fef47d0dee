import { PruningError, sizeText } from '../errors';
import { PruningMethod, type Scores } from './base';
import { sameShape } from '../../shape';

/** Applies a mask made elsewhere: the result keeps what both it and the earlier mask keep. */
export class CustomFromMask extends PruningMethod {
  readonly type = 'global';

  /** @param mask zeros and ones in PyTorch's layout */
  constructor(readonly mask: Scores) {
    super();
    const bad = mask.values.findIndex((value) => value !== 0 && value !== 1);
    if (bad >= 0)
      throw new PruningError(
        'ValueError',
        `A mask holds only 0 (prune) and 1 (keep), got ${mask.values[bad]} at element ${bad}.`,
      );
  }

  computeMask({ shape }: Scores, defaultMask: Float32Array): Float32Array {
    if (!sameShape(shape, this.mask.shape)) {
      throw new PruningError(
        'ValueError',
        `default_mask shape ${sizeText(shape)} must match self.mask shape ${sizeText(this.mask.shape)}`,
      );
    }
    return defaultMask.map((value, i) => value * this.mask.values[i]);
  }
}
