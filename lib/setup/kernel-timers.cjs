'use strict';
// TypeScript's watcher asks for two timers, one to look again for packages and one to compile again. tslab 1.0.22 has room
// for one, and throws when a package.json or a declaration changes while another change waits for the next cell: that cell
// then never ends. Here any number of timers share the one that tslab knows.
const ts = require('@tslab/typescript-for-tslab');

/** The timers of one converter. `own` are tslab's functions. */
class Timers {
  own = {};
  waiting = new Set();
  held = undefined;

  setTimeout = (callback) => {
    const timer = { callback };
    this.waiting.add(timer);
    this.held ??= this.own.setTimeout(this.run);
    return timer;
  };

  clearTimeout = (timer) => {
    // The one that tslab holds stays: with nothing waiting it does nothing.
    this.waiting.delete(timer);
  };

  /** Called by tslab when it converts a cell; a timer that a timer sets runs too. */
  run = () => {
    try {
      for (const timer of this.waiting) {
        this.waiting.delete(timer);
        timer.callback();
      }
    } catch (error) {
      this.own.clearTimeout(this.held);
      throw error;
    } finally {
      this.held = undefined;
    }
  };
}

const timersOf = new WeakMap();

// tslab gives the functions to an object whose prototype is `ts.sys`: an accessor here takes them.
for (const name of ['setTimeout', 'clearTimeout']) {
  const original = ts.sys[name];
  Object.defineProperty(ts.sys, name, {
    configurable: true,
    enumerable: true,
    get: () => original,
    set(own) {
      const timers = timersOf.get(this) ?? new Timers();
      timersOf.set(this, timers);
      timers.own[name] = own;
      Object.defineProperty(this, name, { configurable: true, enumerable: true, writable: true, value: timers[name] });
    },
  });
}
