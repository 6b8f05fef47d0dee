/** The exercises of notebooks/architecture.ipynb. */
import { workbook } from '../../exercise';
import { A9, A10, A11, A12 } from './choice';
import { A6, A7, A8 } from './counting';
import { A1, A2 } from './published';
import { A3, A4, A5 } from './timing';

export type { SurveyRow } from './choice';
export type { Chosen } from './published';

export const architecture = workbook('architecture', { A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12 });
