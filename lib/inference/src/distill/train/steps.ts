import { GraphStep, NoGraphStep, NoXlaStep } from './graph-step';
import { eagerStep, type Learner, type Step, type StepTask } from './step';

export const STEP_KINDS = ['xla', 'graph', 'eager'] as const;
/** A training step as one operation of TensorFlow, compiled by XLA or not, or operation by operation. */
export type StepKind = (typeof STEP_KINDS)[number];

/** How the steps of a run are to be computed. */
export interface WantedStep {
  kind: StepKind;
  /** Where that is not what is fastest: why. */
  reason?: string;
  /** For `xla` and `graph`: there is no way round it. Default false. */
  must?: boolean;
}

/** How steps were computed. */
export interface StepsTaken {
  kind: StepKind;
  /** Why they were no faster kind, where nobody asked for this one. */
  reason?: string;
}

/**
 * The steps of a run: those of full batches as one graph where that is wanted and can be, all others operation by
 * operation. A last batch that is not full has another shape, and a graph of its own would not pay.
 */
export class Steps {
  private readonly eager: Step;
  private graph: GraphStep | undefined;
  private isChecked = false;
  /** What steps are now: less than what was wanted where that could not be. */
  private kind: StepKind;
  private obstacle: string | undefined;

  constructor(
    private readonly learner: Learner,
    private readonly batchSize: number,
    private readonly asked: WantedStep,
  ) {
    this.eager = eagerStep(learner);
    this.kind = asked.kind;
  }

  /** What was wanted, which is what a checkpoint keeps: it does not depend on how far the run has come. */
  get wanted(): StepKind {
    return this.asked.kind;
  }

  get taken(): StepsTaken {
    const { kind, obstacle = this.asked.reason } = this;
    return obstacle === undefined ? { kind } : { kind, reason: obstacle };
  }

  /** Between epochs callers may change the network: pruned weights, other layers in inference mode. */
  beginEpoch(): void {
    this.isChecked = false;
  }

  /** @throws where steps must be one graph and cannot */
  async of(task: StepTask): Promise<Step> {
    const isFull = task.batch.positions.length === this.batchSize;
    while (isFull && this.kind !== 'eager')
      try {
        if (!this.isChecked || !this.graph?.fits()) await this.renew(task);
        return (this.graph as GraphStep).step;
      } catch (error) {
        this.takeLess(error);
      }
    return this.eager;
  }

  private async renew(task: StepTask): Promise<void> {
    const renewed = await GraphStep.open(this.learner, task, { known: this.graph, xla: this.kind === 'xla' });
    if (renewed !== this.graph) this.graph?.dispose();
    this.graph = renewed;
    this.isChecked = true;
  }

  /** The next simpler kind of step, or the error where there is no way round it. */
  private takeLess(error: unknown): void {
    if (!(error instanceof NoGraphStep)) throw error;
    const isXla = error instanceof NoXlaStep;
    if (this.asked.must)
      throw new Error(
        `A training step of this network cannot be ${isXla ? 'compiled' : 'one graph'}, because ${error.message}: leave 'step' out.`,
      );
    this.obstacle = error.message;
    this.kind = isXla ? 'graph' : 'eager';
    this.dispose();
  }

  dispose(): void {
    this.graph?.dispose();
    this.graph = undefined;
  }
}
