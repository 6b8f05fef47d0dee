// The set-up, which runs before anything is compiled, writes the same way: the code lies there, in plain JavaScript.
export { writeFileAtomic } from '../../setup/system/atomic.cjs';
