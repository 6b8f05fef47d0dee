import { prune } from 'scalable-inference';
import { type Job, type JobKind, jsonBytes, type Json } from '../run';
import { engineIdentity } from './material';
import { scoreIn, openScored, type ScoredRequest } from './scoring';

/** Which scan. */
export type SensitivityRequest = ScoredRequest & {
  /** Shares to try. Default: those of `prune.sensitivity`. */
  readonly levels?: readonly number[];
  /** Default 'l1'. */
  readonly method?: 'l1' | 'random' | 'channels';
  /** For the random method. Default 0. */
  readonly seed?: number;
};

/** The rows of `prune.sensitivity`, scored by accuracy: a job for each tensor and level. */
export const kind: JobKind<SensitivityRequest, prune.SensitivityRow[]> = {
  name: 'sensitivity',
  module: __filename,
  async open({ levels, method, seed = 0, ...request }) {
    const scored = await openScored(request);
    const { net } = scored;
    const cells = prune.sensitivityPlan(net, { levels });
    const jobs = cells.map((_, at): Job => ({ id: `row-${String(at).padStart(5, '0')}`, input: at, units: 1 }));
    return {
      identity: { ...(await engineIdentity()), ...scored.identity },
      unit: 'evaluations',
      jobs,
      async execute(input: Json, live) {
        const evaluate: prune.SensitivityOptions['evaluate'] = (copy) => scored.accuracy(copy, live);
        return jsonBytes(await prune.sensitivityScore(net, cells[input as number], { evaluate, method, seed }));
      },
      async join(read) {
        const rows: prune.SensitivityRow[] = [];
        for (const [at, { id }] of jobs.entries()) rows.push({ ...cells[at], score: scoreIn(id, await read(id)) });
        return rows;
      },
      dispose: () => scored.dispose(),
    };
  },
};
