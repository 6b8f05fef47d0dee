'use strict';

/**
 * A real dynamic import, for packages that exist as ES modules only. It stands outside the compiled sources because the
 * compiler turns import() into require() there, which cannot load a module with a top-level await.
 *
 * @param {string} name of an installed package
 * @returns {Promise<Record<string, unknown>>} the module's exports
 */
module.exports = function importModule(name) {
  return import(name);
};
