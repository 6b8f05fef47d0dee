import { type CheckRecord } from '../ipynb';
import { type Outside } from '../run';
import { type Grade } from './types';

/** What is known of an answer besides its verdict. */
export interface Circumstances {
  /** What the check in the learner's kernel said: it can take points away (tries of a choice), never give any. */
  record?: CheckRecord | undefined;
  /** Index of the answer's cell. */
  cell: number;
  points: number;
  /** What is unusual about the answer. */
  note?: string | undefined;
  /** The exception that its cells ended in. */
  failure?: string | undefined;
}

/** Status, points and reason of an answer that was judged outside of its kernel. */
export function judgedGrade(
  { verdict, problem }: Outside,
  known: Circumstances,
): Pick<Grade, 'status' | 'topic' | 'earned' | 'reason'> {
  const { record, cell, points, note, failure } = known;
  const place = `cell ${cell + 1}`;
  if (verdict === undefined)
    return { status: 'no record', topic: '', earned: 0, reason: `${place}: ${problem ?? 'it was not judged'}` };
  const { status, topic, message } = verdict;
  if (status === 'passed') {
    const share = Math.min(verdict.share, shareInside(record));
    const earned = Math.round(Math.max(0, share) * points * 100) / 100;
    const reasons = [note, earned < points ? record?.message : undefined];
    return { status, topic, earned, reason: reasons.filter(Boolean).join('; ') };
  }
  if (record !== undefined && record.earned > 0 && verdict.reason !== 'form') {
    const reason = `${place}: in its kernel the check passed, outside of it the judge says: ${message}`;
    return { status: 'tampered', topic, earned: 0, reason };
  }
  const isHeard = status === 'unanswered' && record?.status === 'not-yet';
  const said = failure ?? (isHeard ? record?.message : message);
  const reason = [note, status === 'unanswered' && !isHeard && !failure ? said : `${place}: ${said}`];
  return { status: isHeard ? 'not-yet' : status, topic, earned: 0, reason: reason.filter(Boolean).join('; ') };
}

function shareInside(record: CheckRecord | undefined): number {
  return record?.status === 'passed' && record.points > 0 ? record.earned / record.points : 1;
}
