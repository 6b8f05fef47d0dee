import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(__dirname, '../..');

interface Found {
  ready: { name: string; engine: string; versions: Record<string, string> };
  engine: string;
  reason?: string;
  /** Largest difference to what the network itself gives. */
  difference: number;
  refusals: Record<string, string>;
}

/** Compiles a small network in a process of its own, `hidden` packages not being installed there. */
async function compileThere(backendName: string, { hidden = [] as string[], custom = false } = {}): Promise<Found> {
  const script = `
    const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (name, ...rest) {
      if (${JSON.stringify(hidden)}.includes(name)) throw new Error("Cannot find module '" + name + "'\\nRequire stack");
      return resolve.call(this, name, ...rest);
    };
    const { backend, graph, nn, tf } = require('scalable-inference');
    const twice = nn.ops.defineOp({
      name: 'twice', shape: ([x]) => x, kernel: ([x]) => tf.mul(x, 2), count: () => ({}),
      tensorflow: (emit, [x]) => emit.node('AddV2', [x, x], { T: { type: 'float32' } }),
    });
    class Net extends nn.Module {
      conv = new nn.Conv2d({ inChannels: 3, outChannels: 4, kernelSize: 3, stride: 2, padding: 1, seed: 1 });
      forward(x) { return ${custom ? 'twice([this.conv.forward(x)], {})' : 'nn.functional.relu(this.conv.forward(x))'}; }
    }
    (async () => {
      const ready = await backend.ready();
      const net = new Net().eval();
      const x = tf.randomNormal([5, 9, 8, 3]);
      const refusals = {};
      for (const engine of ['tensorflow', 'onnxruntime', 'plan'])
        await graph.compile(graph.trace(net, [1, 9, 8, 3]), { engine }).then((run) => run.dispose(), (error) => { refusals[engine] = error.message; });
      const run = await graph.compile(graph.trace(net, [1, 9, 8, 3]));
      const difference = tf.max(tf.abs(tf.sub(run.predict(x), net.forward(x)))).dataSync()[0];
      console.log(JSON.stringify({ ready, engine: run.engine, reason: run.reason, difference, refusals }));
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    cwd: ROOT,
    env: { ...process.env, SCALABLE_INFERENCE_BACKEND: backendName },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Found;
}

describe('engines of compiled networks on a fallback', () => {
  for (const name of ['wasm', 'cpu']) {
    it(`${name}: onnxruntime computes, and says so`, async () => {
      const { ready, engine, reason, difference, refusals } = await compileThere(name);
      assert.deepEqual([ready.name, ready.engine, engine, reason], [name, 'onnxruntime', 'onnxruntime', undefined]);
      assert.ok(ready.versions.onnxruntime);
      assert.ok(difference < 1e-5);
      assert.deepEqual(Object.keys(refusals), ['tensorflow']);
      assert.match(
        refusals.tensorflow,
        /^graph\.compile cannot use the engine 'tensorflow' here \(.*\): ask for 'auto'.*\.$/,
      );
    });
  }

  it('the plan computes where onnxruntime cannot be loaded', async () => {
    const { ready, engine, reason, difference, refusals } = await compileThere('wasm', {
      hidden: ['onnxruntime-node'],
    });
    assert.deepEqual([ready.engine, engine], ['plan', 'plan']);
    assert.match(reason ?? '', /^onnxruntime: Cannot find module 'onnxruntime-node'$/);
    assert.ok(difference < 1e-5);
    assert.match(refusals.onnxruntime, /cannot use the engine 'onnxruntime' here \(Cannot find module/);
  });

  it('the plan computes what onnxruntime has no form for, and says why', async () => {
    const { ready, engine, reason, difference, refusals } = await compileThere('wasm', { custom: true });
    assert.deepEqual([ready.engine, engine], ['onnxruntime', 'plan']);
    assert.match(reason ?? '', /no ONNX form: twice/);
    assert.ok(difference < 1e-5);
    assert.match(refusals.onnxruntime, /no ONNX form: twice/);
  });

  it('names of no backend are refused by a sentence', async () => {
    await assert.rejects(
      compileThere('webgpu'),
      /The variable SCALABLE_INFERENCE_BACKEND must be one of 'tensorflow', 'wasm', 'cpu', got 'webgpu'\./,
    );
  });
});
