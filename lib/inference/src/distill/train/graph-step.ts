import { isNative, recordOperations, tf, withSeed } from '../../backend';
import { differenceOf, hasFunctions, openProgram, programOf, type OpenedFunction, type Program } from '../../graph';
import { differentiate, stateOf, type Learner, type Step, type StepTask, type StepValues } from './step';

/** Thrown where a step cannot become one operation; the message says why, to follow "because". */
export class NoGraphStep extends Error {}

/** Thrown where XLA cannot compile a step that can become one operation without it. */
export class NoXlaStep extends NoGraphStep {}

/** All that a step reads that changes from step to step, or that the optimizer made before. */
const inputsOf = ({ optimizer }: Learner, task: StepTask, state: readonly tf.Tensor[]): tf.Tensor[] => {
  const { batch, target, learningRate } = task;
  return [batch.x, ...target.reads, learningRate, optimizer.momentum, optimizer.weightDecay, ...state];
};

/** One training step as one operation of TensorFlow: forward pass, loss, gradients and update. */
export class GraphStep {
  private constructor(
    private readonly learner: Learner,
    private readonly recorded: RecordedStep,
    private readonly opened: OpenedFunction,
  ) {}

  /**
   * Records a step operation by operation and makes one operation of it, through which the state passes as tensors. It
   * is recorded twice with other random numbers: where it depends on more than its inputs (dropout, counters in
   * JavaScript, values that it looks at), the recordings differ or say so. The network and the optimizer are left as they were.
   *
   * @param options.known a step of before: it is returned where a new recording is the same
   * @param options.xla compiled by XLA at its first run. Default false
   * @throws {@link NoGraphStep} where a step is not the same every time, or is computed by something other than TensorFlow;
   *   {@link NoXlaStep} where it is XLA that fails
   */
  static async open(
    learner: Learner,
    task: StepTask,
    { known, xla = false }: { known?: GraphStep; xla?: boolean } = {},
  ): Promise<GraphStep> {
    const obstacle = obstacleOf(learner);
    if (obstacle) throw new NoGraphStep(obstacle);
    const record = (seed: number): RecordedStep => withSeed(seed, () => recordStep(learner, task));
    const first = record(1);
    if (known?.fits() && differenceOf(first.program, known.recorded.program) === undefined) return known;
    const difference = differenceOf(first.program, record(2).program);
    if (difference !== undefined)
      throw new NoGraphStep(`it is not the same every time: what '${difference}' reads is drawn or counted`);
    const opened = await openProgram(first.program, { xla }).catch((error: Error) => {
      throw new NoGraphStep(error.message);
    });
    const made = new GraphStep(learner, first, opened);
    if (xla) made.tryOut(task);
    return made;
  }

  /** Computes a step whose results nobody takes: XLA compiles at the first. */
  private tryOut(task: StepTask): void {
    try {
      tf.dispose(this.opened.run(inputsOf(this.learner, task, this.recorded.state)));
    } catch (error) {
      this.dispose();
      throw new NoXlaStep(`XLA cannot compile it here: ${firstSentence((error as Error).message)}`);
    }
  }

  /** Whether the network still has the variables and modes that were recorded. */
  fits(): boolean {
    const { state, modes } = this.recorded;
    const [stateNow, modesNow] = [stateOf(this.learner), modesOf(this.learner)];
    const isSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
      a.length === b.length && a.every((each, i) => each === b[i]);
    return isSame(state, stateNow) && isSame(modes, modesNow);
  }

  readonly step: Step = (task) => {
    task.target.check();
    const results = this.opened.run(inputsOf(this.learner, task, this.recorded.state));
    return () => this.finish(results);
  };

  /** Waits for the loss, and takes the state that came with it. */
  private finish([loss, logits, ...after]: tf.Tensor[]): StepValues {
    const { state, changed } = this.recorded;
    try {
      if (Number.isFinite(loss.dataSync()[0])) changed.forEach((place, i) => state[place].assign(after[i]));
    } finally {
      tf.dispose(after);
    }
    return { loss: loss as tf.Scalar, logits };
  }

  dispose(): void {
    this.opened.dispose();
  }
}

/** TensorFlow's messages begin with a line that tells the kind of error, and end with advice on its own source. */
const firstSentence = (message: string): string =>
  (/^Message: (.*?)(?: \(|$)/m.exec(message)?.[1] ?? message.split('\n')[0]).slice(0, 200);

/** What shows before anything is recorded. */
function obstacleOf({ net }: Learner): string | undefined {
  if (!isNative()) return "TensorFlow's native engine is not what computes";
  if (!hasFunctions()) return "the addon was built without this library's addition";
  const hooked = net.namedModules().find(([, module]) => module.hasForwardHooks());
  return hooked && `'${hooked[0] || hooked[1].constructor.name}' has hooks, which run as JavaScript`;
}

interface RecordedStep {
  program: Program;
  state: readonly tf.Variable[];
  modes: readonly boolean[];
  /** Which of the state's variables a step assigns, by their place. */
  changed: readonly number[];
}

const modesOf = ({ net }: Learner): boolean[] => net.namedModules().map(([, { training }]) => training);

function written(...[recording, inputs, outputs]: Parameters<typeof programOf>): Program {
  try {
    return programOf(recording, inputs, outputs);
  } catch (error) {
    throw new NoGraphStep((error as Error).message);
  }
}

/** Computes a step, notes its operations, and puts everything back. */
function recordStep(learner: Learner, task: StepTask): RecordedStep {
  const state = stateOf(learner);
  const modes = modesOf(learner);
  let recorded: RecordedStep | undefined;
  tf.tidy(() => {
    const inputs = inputsOf(learner, task, state).map((tensor) => tf.clone(tensor)); // as they are before the step
    const before = inputs.slice(-state.length);
    if (new Set(inputs.map(({ dataId }) => dataId)).size < inputs.length)
      throw new NoGraphStep('two of the tensors that it reads share their memory');
    try {
      let values: StepValues | undefined;
      const recording = recordOperations(inputs, task.target.checked, () => {
        const { gradients, ...told } = differentiate(learner, task);
        learner.optimizer.apply(gradients, task.learningRate);
        values = told;
      });
      if (recording.obstacle) throw new NoGraphStep(recording.obstacle);
      const { loss, logits } = values as StepValues;
      const changed = [...state.keys()].filter((i) => state[i].dataId !== before[i].dataId);
      const outputs = [loss, logits, ...changed.map((i) => state[i])];
      recorded = { program: written(recording, inputs, outputs), state, modes, changed };
    } finally {
      state.forEach((variable, i) => variable.assign(before[i]));
    }
  });
  return recorded as unknown as RecordedStep;
}
