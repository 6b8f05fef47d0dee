// As with the locks: the set-up tells processes apart in plain JavaScript.
export { identify, isRunning, type ProcessIdentity } from '../../setup/system/processes.cjs';
