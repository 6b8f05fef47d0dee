/** The exercises of notebooks/quantization.ipynb. */
import { workbook } from '../../exercise';
import { B1, B2, B3, B4 } from './beyond';
import { Q2, Q2b, Q2c, Q2d } from './errors';
import { Q3, Q3b, Q3c, Q3d, Q3e } from './network';
import { Q4, Q4b, Q4c, Q4d, Q4e } from './speed';
import { Q1, Q1b, Q1c, Q1d, Q1e } from './tensors';

export const quantization = workbook('quantization', {
  Q1,
  Q1b,
  Q1c,
  Q1d,
  Q1e,
  Q2,
  Q2b,
  Q2c,
  Q2d,
  Q3,
  Q3b,
  Q3c,
  Q3d,
  Q3e,
  Q4,
  Q4b,
  Q4c,
  Q4d,
  Q4e,
  B1,
  B2,
  B3,
  B4,
});
