import type { Module } from './module';

/** Runs `body` with the network in inference mode, and puts every module's mode back, also when it throws. */
export function inInferenceMode<T>(net: Module, body: () => T): T {
  const modes = net.namedModules().map(([, module]): [Module, boolean] => [module, module.training]);
  net.eval();
  try {
    return body();
  } finally {
    for (const [module, mode] of modes) module.training = mode;
  }
}
