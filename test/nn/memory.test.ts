import * as assert from 'node:assert/strict';
import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { models, tf } from 'scalable-inference';

/** 45 MB of weights. */
const newNetwork = (seed: number) => models.create('resnet18', { seed }).eval();

/** How many whole collections happened while `body` ran. */
async function wholeCollections(body: () => void): Promise<number> {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[])
      if (entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) count += 1;
  });
  observer.observe({ entryTypes: ['gc'] });
  body();
  await new Promise((told) => setTimeout(told, 50));
  observer.disconnect();
  return count;
}

describe('the memory of networks that were disposed of', () => {
  it('is given back: many in a row take no more than a few at once', () => {
    const x = tf.randomUniform<tf.Rank.R4>([1, 32, 32, 3], -1, 1, 'float32', 1);
    const before = tf.memory().numTensors;
    const use = (seed: number): void => {
      const net = newNetwork(seed);
      tf.tidy(() => void net.forward(x).dataSync());
      net.dispose();
    };
    for (let seed = 0; seed < 4; seed++) use(seed);
    const resident = process.memoryUsage.rss();
    for (let seed = 4; seed < 24; seed++) use(seed);
    const grown = process.memoryUsage.rss() - resident;
    assert.ok(grown < 300e6, `20 networks of 45 MB left ${(grown / 1e6).toFixed(0)} MB`);
    assert.equal(tf.memory().numTensors, before);
    x.dispose();
  });

  it('does not make everyone wait for a whole collection', async () => {
    const count = await wholeCollections(() => {
      for (let seed = 0; seed < 20; seed++) newNetwork(seed).dispose();
    });
    assert.ok(count <= 10, `${count} whole collections for 20 networks`);
  });
});
