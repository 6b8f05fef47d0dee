/** The exercises of notebooks/distillation.ipynb. */
import { workbook } from '../../exercise';
import { D9, D10, D11, D12, D13, D14 } from './comparison';
import { D5, D6, D7, D8 } from './student';
import { D1, D2, D3, D4 } from './teacher';

export type { Spread } from './comparison';
export type { Objective, Widths } from './student';
export type { LabelContext, SoftmaxAt } from './teacher';

export const distillation = workbook('distillation', { D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13, D14 });
