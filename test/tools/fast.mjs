// Which test files `npm test -- fast` leaves out: what opens a browser, runs notebooks or kernels, installs packages,
// draws thousands of pictures, or took more than some fifteen seconds on two busy cores when all were measured alone.
// A new file is fast until it is named here.
const SLOW = [
  /^test\/browser\//,
  /^test\/packages\/pack\.test/,
  /^test\/runner\/(bad-notebooks|cli|kernels|killed|ledger|outside|server)\.test/,
  /^test\/workbook\/(kernel|teacher)\.test/,
  /^test\/setup\/(commands-killed|engine|network|node-versions|places|server|unused-exports)\.test/,
  /^test\/datasets\/(generated|sources)\.test/,
  /^test\/graph\/compile\.test/,
  /^test\/prune\/structured\.test/,
  /^test\/quantize\/(convert|kernels)\.test/,
  /^test\/models\/reference\.test/,
  /^test\/measure\/complexity-reference\.test/,
  /^test\/onnx\/export\.test/,
  /^test\/any-network\//,
];

/** Whether a test file, relative to the project, belongs to `npm test -- fast`. */
export const isFast = (file) => !SLOW.some((pattern) => pattern.test(file));
