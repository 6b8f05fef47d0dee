/** The exercises of notebooks/pruning.ipynb. */
import { workbook } from '../../exercise';
import { B1, B2, B3, B4, B5, B6 } from './beyond';
import { P9, P9b, P10, P10b } from './cost';
import { P1, P1b } from './first';
import { P6, P6b } from './global';
import { P7, P7b } from './level';
import { P4, P5 } from './network';
import { P8, P8b } from './permanent';
import { P11, P11b, P11c } from './sparse';
import { P2, P2b, P3, P3b } from './tensors';

export type { Levels } from './level';
export type { BreakEvens } from './sparse';

export const pruning = workbook('pruning', {
  P1,
  P1b,
  P2,
  P2b,
  P3,
  P3b,
  P4,
  P5,
  P6,
  P6b,
  P7,
  P7b,
  P8,
  P8b,
  P9,
  P9b,
  P10,
  P10b,
  P11,
  P11b,
  P11c,
  B1,
  B2,
  B3,
  B4,
  B5,
  B6,
});
