import { nn, type tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.pruning>;

// BEGIN STUB
ex.P1.answer(
  () =>
    class LeNet extends nn.Module {
      conv1 = new nn.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 3 });
      conv2 = new nn.Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 3 });
      fc1 = new nn.Linear({ inFeatures: 16 * 5 * 5, outFeatures: 120 });
      fc2 = new nn.Linear({ inFeatures: 120, outFeatures: 84 });
      fc3 = new nn.Linear({ inFeatures: 84, outFeatures: 10 });

      forward(x: tf.Tensor): tf.Tensor {
        let y = x; // [batch, 28, 28, 1]
        // conv1 and conv2, each with ReLU and pooling; then flatten; then fc1, fc2 and fc3
        return y; // [batch, 10]
      }
    },
);
// END STUB

// BEGIN SOLUTION
ex.P1.answer(
  () =>
    class LeNet extends nn.Module {
      conv1 = new nn.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 3 });
      conv2 = new nn.Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 3 });
      fc1 = new nn.Linear({ inFeatures: 16 * 5 * 5, outFeatures: 120 });
      fc2 = new nn.Linear({ inFeatures: 120, outFeatures: 84 });
      fc3 = new nn.Linear({ inFeatures: 84, outFeatures: 10 });

      forward(x: tf.Tensor): tf.Tensor {
        let y = nn.functional.relu(this.conv1.forward(x)); // [batch, 26, 26, 6]
        y = nn.functional.maxPool(y, { kernelSize: 2 }); // [batch, 13, 13, 6]
        y = nn.functional.relu(this.conv2.forward(y)); // [batch, 11, 11, 16]
        y = nn.functional.maxPool(y, { kernelSize: 2 }); // [batch, 5, 5, 16]
        y = nn.functional.relu(this.fc1.forward(nn.functional.flatten(y))); // [batch, 120]
        y = nn.functional.relu(this.fc2.forward(y)); // [batch, 84]
        return this.fc3.forward(y); // [batch, 10]
      }
    },
);
// END SOLUTION

// BEGIN VARIANT weightCount
ex.P1.answer(
  () =>
    class LeNet extends nn.Module {
      conv1 = new nn.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 3 });
      conv2 = new nn.Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 3 });
      fc1 = new nn.Linear({ inFeatures: 16 * 5 * 5, outFeatures: 120 });
      fc2 = new nn.Linear({ inFeatures: 120, outFeatures: ex.P1.passed ? 60 : 84 });
      fc3 = new nn.Linear({ inFeatures: ex.P1.passed ? 60 : 84, outFeatures: 10 });

      forward(x: tf.Tensor): tf.Tensor {
        let y = nn.functional.relu(this.conv1.forward(x));
        y = nn.functional.maxPool(y, { kernelSize: 2 });
        y = nn.functional.relu(this.conv2.forward(y));
        y = nn.functional.maxPool(y, { kernelSize: 2 });
        y = nn.functional.relu(this.fc1.forward(nn.functional.flatten(y)));
        y = nn.functional.relu(this.fc2.forward(y));
        return this.fc3.forward(y);
      }
    },
);
// END VARIANT

// BEGIN WRONG last ReLU
ex.P1.answer(
  () =>
    class LeNet extends nn.Module {
      conv1 = new nn.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 3 });
      conv2 = new nn.Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 3 });
      fc1 = new nn.Linear({ inFeatures: 16 * 5 * 5, outFeatures: 120 });
      fc2 = new nn.Linear({ inFeatures: 120, outFeatures: 84 });
      fc3 = new nn.Linear({ inFeatures: 84, outFeatures: 10 });

      forward(x: tf.Tensor): tf.Tensor {
        let y = nn.functional.maxPool(nn.functional.relu(this.conv1.forward(x)), { kernelSize: 2 });
        y = nn.functional.maxPool(nn.functional.relu(this.conv2.forward(y)), { kernelSize: 2 });
        y = nn.functional.relu(this.fc1.forward(nn.functional.flatten(y)));
        y = nn.functional.relu(this.fc2.forward(y));
        return nn.functional.relu(this.fc3.forward(y));
      }
    },
);
// END WRONG

// BEGIN WRONG throws
ex.P1.answer(
  () =>
    class LeNet extends nn.Module {
      conv1 = new nn.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 3 });
      conv2 = new nn.Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 3 });
      fc1 = new nn.Linear({ inFeatures: 16 * 5 * 5, outFeatures: 120 });
      fc2 = new nn.Linear({ inFeatures: 120, outFeatures: 84 });
      fc3 = new nn.Linear({ inFeatures: 84, outFeatures: 10 });

      forward(x: tf.Tensor): tf.Tensor {
        let y = nn.functional.relu(this.conv1.forward(x));
        y = nn.functional.relu(this.conv2.forward(y));
        y = nn.functional.relu(this.fc1.forward(nn.functional.flatten(y)));
        y = nn.functional.relu(this.fc2.forward(y));
        return this.fc3.forward(y);
      }
    },
);
// END WRONG

// BEGIN WRONG value
ex.P1.answer(
  () =>
    class LeNet extends nn.Module {
      conv1 = new nn.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 3 });
      conv2 = new nn.Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 3 });
      fc1 = new nn.Linear({ inFeatures: 16 * 5 * 5, outFeatures: 120 });
      fc2 = new nn.Linear({ inFeatures: 120, outFeatures: 84 });
      fc3 = new nn.Linear({ inFeatures: 84, outFeatures: 10 });

      forward(x: tf.Tensor): tf.Tensor {
        let y = nn.functional.maxPool(this.conv1.forward(x), { kernelSize: 2 });
        y = nn.functional.maxPool(this.conv2.forward(y), { kernelSize: 2 });
        y = this.fc1.forward(nn.functional.flatten(y));
        return this.fc3.forward(this.fc2.forward(y));
      }
    },
);
// END WRONG
