import assert from 'node:assert/strict';
import type { backend } from 'scalable-inference';
import * as notebook from 'scalable-inference-workbook';

const machine = (name: 'tensorflow' | 'wasm' | 'cpu', engine: backend.EngineName): backend.BackendInfo => ({
  name,
  device: 'cpu',
  threads: 2,
  engine,
  precision: 'float32',
  versions: { tfjs: '4.22.0' },
});

describe('notebook.computing', () => {
  it('names what computes, and what computes compiled networks', () => {
    const told = (each: backend.BackendInfo): string => notebook.computing(each, { quick: false, minutes: 0.1 });
    assert.equal(
      told(machine('tensorflow', 'tensorflow')),
      'Computing with TensorFlow on the CPU, 2 threads; compiled networks run in TensorFlow (tfjs 4.22.0).',
    );
    assert.match(told(machine('wasm', 'onnxruntime')), /with WebAssembly .* compiled networks run in onnxruntime/);
    assert.match(told(machine('cpu', 'plan')), /with plain JavaScript .* run in the same, operation by operation/);
  });

  it('offers quick parameters before a notebook that takes over ten minutes, and only then', () => {
    const lines = (each: backend.BackendInfo, quick: boolean, minutes = 4): string[] =>
      notebook.computing(each, { quick, minutes }).split('\n');
    const wasm = machine('wasm', 'onnxruntime');
    assert.match(lines(wasm, false)[1], /^With these parameters .* about 40 minutes .* set quick = true .*\.$/);
    assert.match(lines(machine('cpu', 'plan'), false)[1], /about 4 hours/);
    assert.match(lines(wasm, true)[1], /^A quick run: .* too noisy to draw conclusions from\.$/);
    assert.equal(lines(wasm, true).length, 2);
    assert.equal(lines(wasm, false, 1).length, 1);
    assert.equal(lines(machine('tensorflow', 'tensorflow'), false).length, 1);
    assert.equal(lines(machine('tensorflow', 'tensorflow'), false, 120).length, 2);
  });
});
