// Which test files `npm test -- fast` leaves out: what opens a browser, runs notebooks, installs packages, or took longer
// than some ten seconds on two cores when all were measured. A new file is fast until it is named here.
const SLOW = [/^test\/browser\//];

/** Whether a test file, relative to the project, belongs to `npm test -- fast`. */
export const isFast = (file) => !SLOW.some((pattern) => pattern.test(file));
