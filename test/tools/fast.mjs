// Which test files `npm test -- fast` leaves out: what opens a browser, runs notebooks or kernels, installs packages,
// draws thousands of pictures, or took more than some fifteen seconds on two busy cores when all were measured alone.
// A new file is fast until it is named here.
const SLOW = [
  /^test\/browser\//,
  /^test\/packages\/pack\.test/,
  /^test\/jobs\/(classwork|notebook|page|queue|searches|trainings)\.test/,
  /^test\/notebooks\/learners-code\.test/,
  /^test\/runner\/(all-answers|bad-notebooks|cheats|cli|grade|hostile-page|hub|isolation)\.test/,
  /^test\/runner\/(kernels|killed|ledger|outside|server)\.test/,
  /^test\/workbook\/(kernel|teacher)\.test/,
  /^test\/setup\/(commands-killed|cuda-requirements|engine|killed-anywhere|network|node-versions)\.test/,
  /^test\/setup\/(places|server|unused-exports)\.test/,
  /^test\/every-network\//,
  /^test\/models\/models\.test/,
  /^test\/pretrained\/pretrained\.test/,
  /^test\/docs\/examples\.test/,
  /^test\/datasets\/(generated|sources)\.test/,
  /^test\/distill\/graph-step\.test/,
  /^test\/graph\/(compile|tensorflow-forms)\.test/,
  /^test\/prune\/structured\.test/,
  /^test\/quantize\/(convert|kernels)\.test/,
  /^test\/models\/reference\.test/,
  /^test\/measure\/complexity-reference\.test/,
  /^test\/onnx\/export\.test/,
  /^test\/any-network\//,
];

/** Whether a test file, relative to the project, belongs to `npm test -- fast`. */
export const isFast = (file) => !SLOW.some((pattern) => pattern.test(file));
