/** The exercises of notebooks/quantization.ipynb, in its order. */
import { workbook } from '../../exercise';
import { Q6 } from './compensation';
import { Q2, Q2b, Q2c, Q2d, Q2e, Q2h } from './errors';
import { Q4, Q4b, Q4c } from './files';
import { Q1, Q1b, Q1c, Q1d, Q1e, Q1f } from './integers';
import { Q2f, Q2g } from './layers';
import { Q3d, Q3e, Q3f } from './network';
import { Q5d, Q5e, Q5f } from './outliers';
import { Q3, Q3b, Q3c } from './pipeline';
import { Q1g, Q1h, Q1i } from './ranges';
import { Q3g, Q3h } from './scales';
import { Q4d, Q4g, Q4h, Q4i, Q4j, Q4k } from './speed';
import { Q4e, Q4f } from './timing';
import { Q5, Q5b, Q5c } from './training';

const numbers = { Q1, Q1b, Q1c, Q1d, Q1e, Q1f, Q1g, Q1h, Q1i };
const errors = { Q2, Q2b, Q2c, Q2d, Q2e, Q2f, Q2g, Q2h };
const networks = { Q3, Q3b, Q3c, Q3d, Q3e, Q3f, Q3g, Q3h };
const costs = { Q4, Q4b, Q4c, Q4d, Q4e, Q4f, Q4g, Q4h, Q4i, Q4j, Q4k };
const beyond = { Q5, Q5b, Q5c, Q5d, Q5e, Q5f, Q6 };

export const quantization = workbook('quantization', { ...numbers, ...errors, ...networks, ...costs, ...beyond });
