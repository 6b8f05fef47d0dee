import { nn, type tf } from 'scalable-inference';
import type { Answering, exercises } from 'scalable-inference-workbook';

declare const ex: Answering<typeof exercises.distillation>;

// BEGIN STUB
// @ts-expect-error not answered yet
ex.D12.answer(() => {
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 24, kernelSize: 3, padding: 1, bias: false });
    // more layers

    forward(x: tf.Tensor): tf.Tensor {
      const y = nn.functional.relu(this.conv1.forward(x));
      return y; // not yet: ten logits for each picture
    }
  }
  return undefined; // new Student(), once it gives logits
});
// END STUB

// BEGIN SOLUTION
ex.D12.answer(() => {
  const F = nn.functional;
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 24, kernelSize: 3, padding: 1, bias: false });
    bn1 = new nn.BatchNorm2d({ numFeatures: 24 });
    conv2 = new nn.Conv2d({ inChannels: 24, outChannels: 32, kernelSize: 3, padding: 1, bias: false });
    bn2 = new nn.BatchNorm2d({ numFeatures: 32 });
    conv3 = new nn.Conv2d({ inChannels: 32, outChannels: 48, kernelSize: 3, padding: 1, bias: false });
    bn3 = new nn.BatchNorm2d({ numFeatures: 48 });
    conv4 = new nn.Conv2d({ inChannels: 48, outChannels: 72, kernelSize: 3, padding: 1, bias: false });
    bn4 = new nn.BatchNorm2d({ numFeatures: 72 });
    fc = new nn.Linear({ inFeatures: 72, outFeatures: 10 });

    forward(x: tf.Tensor): tf.Tensor {
      let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
      y = F.maxPool(F.relu(this.bn2.forward(this.conv2.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn3.forward(this.conv3.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn4.forward(this.conv4.forward(y))), { kernelSize: 2 });
      return this.fc.forward(F.flatten(F.globalAvgPool(y)));
    }
  }
  return new Student();
});
// END SOLUTION

// BEGIN VARIANT studentCount
ex.D12.answer(() => {
  const F = nn.functional;
  const last = ex.D12.passed ? 36 : 72;
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 24, kernelSize: 3, padding: 1, bias: false });
    bn1 = new nn.BatchNorm2d({ numFeatures: 24 });
    conv2 = new nn.Conv2d({ inChannels: 24, outChannels: 32, kernelSize: 3, padding: 1, bias: false });
    bn2 = new nn.BatchNorm2d({ numFeatures: 32 });
    conv3 = new nn.Conv2d({ inChannels: 32, outChannels: 48, kernelSize: 3, padding: 1, bias: false });
    bn3 = new nn.BatchNorm2d({ numFeatures: 48 });
    conv4 = new nn.Conv2d({ inChannels: 48, outChannels: last, kernelSize: 3, padding: 1, bias: false });
    bn4 = new nn.BatchNorm2d({ numFeatures: last });
    fc = new nn.Linear({ inFeatures: last, outFeatures: 10 });

    forward(x: tf.Tensor): tf.Tensor {
      let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
      y = F.maxPool(F.relu(this.bn2.forward(this.conv2.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn3.forward(this.conv3.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn4.forward(this.conv4.forward(y))), { kernelSize: 2 });
      return this.fc.forward(F.flatten(F.globalAvgPool(y)));
    }
  }
  return new Student();
});
// END VARIANT

// BEGIN WRONG too many
ex.D12.answer(() => {
  const F = nn.functional;
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 64, kernelSize: 3, padding: 1, bias: false });
    bn1 = new nn.BatchNorm2d({ numFeatures: 64 });
    conv2 = new nn.Conv2d({ inChannels: 64, outChannels: 96, kernelSize: 3, padding: 1, bias: false });
    bn2 = new nn.BatchNorm2d({ numFeatures: 96 });
    conv3 = new nn.Conv2d({ inChannels: 96, outChannels: 128, kernelSize: 3, padding: 1, bias: false });
    bn3 = new nn.BatchNorm2d({ numFeatures: 128 });
    conv4 = new nn.Conv2d({ inChannels: 128, outChannels: 192, kernelSize: 3, padding: 1, bias: false });
    bn4 = new nn.BatchNorm2d({ numFeatures: 192 });
    fc = new nn.Linear({ inFeatures: 192, outFeatures: 10 });

    forward(x: tf.Tensor): tf.Tensor {
      let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
      y = F.maxPool(F.relu(this.bn2.forward(this.conv2.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn3.forward(this.conv3.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn4.forward(this.conv4.forward(y))), { kernelSize: 2 });
      return this.fc.forward(F.flatten(F.globalAvgPool(y)));
    }
  }
  return new Student();
});
// END WRONG

// BEGIN WRONG too few
ex.D12.answer(() => {
  const F = nn.functional;
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 8, kernelSize: 3, padding: 1, bias: false });
    bn1 = new nn.BatchNorm2d({ numFeatures: 8 });
    conv2 = new nn.Conv2d({ inChannels: 8, outChannels: 12, kernelSize: 3, padding: 1, bias: false });
    bn2 = new nn.BatchNorm2d({ numFeatures: 12 });
    conv3 = new nn.Conv2d({ inChannels: 12, outChannels: 16, kernelSize: 3, padding: 1, bias: false });
    bn3 = new nn.BatchNorm2d({ numFeatures: 16 });
    conv4 = new nn.Conv2d({ inChannels: 16, outChannels: 24, kernelSize: 3, padding: 1, bias: false });
    bn4 = new nn.BatchNorm2d({ numFeatures: 24 });
    fc = new nn.Linear({ inFeatures: 24, outFeatures: 10 });

    forward(x: tf.Tensor): tf.Tensor {
      let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
      y = F.maxPool(F.relu(this.bn2.forward(this.conv2.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn3.forward(this.conv3.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn4.forward(this.conv4.forward(y))), { kernelSize: 2 });
      return this.fc.forward(F.flatten(F.globalAvgPool(y)));
    }
  }
  return new Student();
});
// END WRONG

// BEGIN WRONG linear
ex.D12.answer(() => {
  const F = nn.functional;
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 24, kernelSize: 3, padding: 1, bias: false });
    bn1 = new nn.BatchNorm2d({ numFeatures: 24 });
    conv2 = new nn.Conv2d({ inChannels: 24, outChannels: 32, kernelSize: 3, padding: 1, bias: false });
    bn2 = new nn.BatchNorm2d({ numFeatures: 32 });
    conv3 = new nn.Conv2d({ inChannels: 32, outChannels: 48, kernelSize: 3, padding: 1, bias: false });
    bn3 = new nn.BatchNorm2d({ numFeatures: 48 });
    conv4 = new nn.Conv2d({ inChannels: 48, outChannels: 72, kernelSize: 3, padding: 1, bias: false });
    bn4 = new nn.BatchNorm2d({ numFeatures: 72 });
    fc = new nn.Linear({ inFeatures: 72, outFeatures: 10 });

    forward(x: tf.Tensor): tf.Tensor {
      let y = this.bn1.forward(this.conv1.forward(x));
      y = this.bn2.forward(this.conv2.forward(y));
      y = this.bn3.forward(this.conv3.forward(y));
      y = this.bn4.forward(this.conv4.forward(y));
      return this.fc.forward(F.flatten(F.globalAvgPool(y)));
    }
  }
  return new Student();
});
// END WRONG

// BEGIN WRONG unused
ex.D12.answer(() => {
  const F = nn.functional;
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 24, kernelSize: 3, padding: 1, bias: false });
    bn1 = new nn.BatchNorm2d({ numFeatures: 24 });
    conv2 = new nn.Conv2d({ inChannels: 24, outChannels: 32, kernelSize: 3, padding: 1, bias: false });
    bn2 = new nn.BatchNorm2d({ numFeatures: 32 });
    conv3 = new nn.Conv2d({ inChannels: 32, outChannels: 48, kernelSize: 3, padding: 1, bias: false });
    bn3 = new nn.BatchNorm2d({ numFeatures: 48 });
    conv4 = new nn.Conv2d({ inChannels: 48, outChannels: 72, kernelSize: 3, padding: 1, bias: false });
    bn4 = new nn.BatchNorm2d({ numFeatures: 72 });
    fc = new nn.Linear({ inFeatures: 72, outFeatures: 10 });

    forward(x: tf.Tensor): tf.Tensor {
      let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
      y = F.maxPool(F.relu(this.bn2.forward(this.conv2.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn3.forward(this.conv3.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.conv4.forward(y)), { kernelSize: 2 });
      return this.fc.forward(F.flatten(F.globalAvgPool(y)));
    }
  }
  return new Student();
});
// END WRONG

// BEGIN WRONG outputs
ex.D12.answer(() => {
  const F = nn.functional;
  class Student extends nn.Module {
    conv1 = new nn.Conv2d({ inChannels: 3, outChannels: 24, kernelSize: 3, padding: 1, bias: false });
    bn1 = new nn.BatchNorm2d({ numFeatures: 24 });
    conv2 = new nn.Conv2d({ inChannels: 24, outChannels: 32, kernelSize: 3, padding: 1, bias: false });
    bn2 = new nn.BatchNorm2d({ numFeatures: 32 });
    conv3 = new nn.Conv2d({ inChannels: 32, outChannels: 48, kernelSize: 3, padding: 1, bias: false });
    bn3 = new nn.BatchNorm2d({ numFeatures: 48 });
    conv4 = new nn.Conv2d({ inChannels: 48, outChannels: 72, kernelSize: 3, padding: 1, bias: false });
    bn4 = new nn.BatchNorm2d({ numFeatures: 72 });
    fc = new nn.Linear({ inFeatures: 72, outFeatures: 100 });

    forward(x: tf.Tensor): tf.Tensor {
      let y = F.relu(this.bn1.forward(this.conv1.forward(x)));
      y = F.maxPool(F.relu(this.bn2.forward(this.conv2.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn3.forward(this.conv3.forward(y))), { kernelSize: 2 });
      y = F.maxPool(F.relu(this.bn4.forward(this.conv4.forward(y))), { kernelSize: 2 });
      return this.fc.forward(F.flatten(F.globalAvgPool(y)));
    }
  }
  return new Student();
});
// END WRONG
