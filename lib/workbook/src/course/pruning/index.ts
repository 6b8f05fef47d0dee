/** The exercises of notebooks/pruning.ipynb. */
import { workbook } from '../../exercise';
import { P36, P37, P38, P39 } from './beyond';
import { P23, P24, P25 } from './files';
import { P1, P2, P3 } from './first';
import { P29, P30 } from './formats';
import { P13, P14 } from './global';
import { P15, P16, P17 } from './level';
import { P8, P9, P10 } from './magnitude';
import { P11, P12 } from './network';
import { P40, P41, P42 } from './pattern';
import { P18, P19 } from './permanent';
import { P26, P27, P28 } from './sparse';
import { P34, P35 } from './steps';
import { P4, P5, P6, P7 } from './tensors';
import { P20, P21, P22 } from './time';
import { P31, P32, P33 } from './trained';

export const pruning = workbook('pruning', {
  ...{ P1, P2, P3, P4, P5, P6, P7, P8, P9, P10 },
  ...{ P11, P12, P13, P14, P15, P16, P17, P18, P19, P20 },
  ...{ P21, P22, P23, P24, P25, P26, P27, P28, P29, P30 },
  ...{ P31, P32, P33, P34, P35, P36, P37, P38, P39, P40 },
  ...{ P41, P42 },
});
