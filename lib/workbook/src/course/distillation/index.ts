/** The exercises of notebooks/distillation.ipynb. */
import { workbook } from '../../exercise';
import { D19, D24, D25, D26 } from './beyond';
import { D1, D2, D3, D4 } from './claim';
import { D21, D22, D23 } from './comparison';
import { D27, D28 } from './generations';
import { D17, D18, D20 } from './objective';
import { D10, D11 } from './softness';
import { D12, D13 } from './student';
import { D5, D6, D7, D8, D9 } from './teacher';
import { D14, D15, D16 } from './training';

export type { Claim, Measured, Sizes } from './claim';
export type { MostConfused, Spread } from './comparison';
export type { Ensemble, Generations, Teach } from './generations';
export type { Objective, SoftLoss } from './objective';
export type { Entropy, SoftmaxAt } from './softness';
export type { HardLoss, MakeStudent } from './student';
export type { LabelContext, LogitsOfPicture, LogitsOfSet, Normalise } from './teacher';
export type { Limits, Step, UntilConverged } from './training';

export const distillation = workbook('distillation', {
  ...{ D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D14 },
  ...{ D15, D16, D17, D18, D19, D20, D21, D22, D23, D24, D25, D26, D27, D28 },
});
