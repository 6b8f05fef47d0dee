import path from 'node:path';

/**
 * How the addon is compiled and linked, the same for every compiler that takes GCC's arguments.
 *
 * @param {object} options
 * @param {import('./systems.mjs').System} options.system the one that the addon is for
 * @param {string} options.headers folder of the npm package node-api-headers
 * @param {string} options.tensorflow folder of TensorFlow's libraries and headers, here
 * @param {string} [options.runPath] where the libraries will lie when the addon is loaded, by default the same
 * @param {string} options.source folder of the addon's own source
 * @param {string} [options.binding] the file that registers the addon, by default the source's own
 * @param {string} options.output file to write
 * @returns {string[]}
 */
export function compilerArguments({
  system,
  headers,
  tensorflow,
  runPath = tensorflow,
  source,
  binding = path.join(source, 'tfjs_binding.cc'),
  output,
}) {
  return [
    '-O2',
    '-std=c++17',
    '-fPIC',
    '-shared',
    '-DNAPI_VERSION=8',
    `-I${path.join(headers, 'include')}`,
    `-I${path.join(tensorflow, 'include')}`,
    `-I${source}`,
    path.join(source, 'tfjs_backend.cc'),
    binding,
    '-o',
    output,
    ...system.libraries.map((name) => path.join(tensorflow, name)),
    ...['-rpath', runPath].flatMap((text) => ['-Xlinker', text]), // -Wl would cut a path at its commas
    ...system.linkFlags,
  ];
}
