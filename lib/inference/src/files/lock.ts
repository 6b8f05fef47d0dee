// The set-up, which runs before anything is compiled, locks the same way: the code lies there, in plain JavaScript.
export { withLock, type LockOptions } from '../../setup/system/lock.cjs';
