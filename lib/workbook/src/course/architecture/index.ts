/** The exercises of notebooks/architecture.ipynb. */
import { workbook } from '../../exercise';
import { A13, A14, A15 } from './choice';
import { A8, A9 } from './convolution';
import { A10, A11, A12 } from './counting';
import { A22 } from './further';
import { A21 } from './mistakes';
import { A6 } from './networks';
import { A16, A17, A18 } from './predictors';
import { A1, A2, A3 } from './published';
import { A19, A20, A20b } from './roofline';
import { A4, A5, A7 } from './timing';

export type { Frontier, SurveyNetwork, SurveyRow } from './choice';
export type { Convolution, CountConvolution } from './convolution';
export type { Count, Counts, Heaviest } from './counting';
export type { Adapt } from './further';
export type { TimeNetwork, Timer } from './networks';
export type { RankCounts, Sweep } from './predictors';
export type { Chosen, LookUp, Published } from './published';
export type { Attainable, MeasureLayer } from './roofline';

export const architecture = workbook('architecture', {
  ...{ A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12 },
  ...{ A13, A14, A15, A16, A17, A18, A19, A20, A20b, A21, A22 },
});
