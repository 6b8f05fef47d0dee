import type { CheckStatus } from 'tslab-runner/ipynb';
import { formatNumber } from '../../display';
import type { Diagnosis } from '../compare';

/** What a check found, before it becomes a record and a page. */
export interface Judgement {
  readonly status: CheckStatus;
  /** Share of the points, 0 to 1. */
  readonly share: number;
  readonly message: string;
  readonly diagnosis?: Diagnosis;
}

export const passed: Judgement = { status: 'passed', share: 1, message: 'Right.' };

export function notYet(diagnosis: Diagnosis): Judgement {
  return { status: 'not-yet', share: 0, message: diagnosis.message, diagnosis };
}

/** A number with its unit behind it. */
export function withUnit(value: number, unit: string | undefined): string {
  return unit === undefined ? formatNumber(value, 6) : `${formatNumber(value, 6)} ${unit}`;
}
