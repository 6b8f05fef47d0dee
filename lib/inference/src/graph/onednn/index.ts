/** Graphs for TensorFlow's oneDNN kernels on x86 processors: fused nodes that only TensorFlow itself can run. */
export { fuseEpilogues } from './fuse';
export { ONEDNN_LOWERINGS, WIDE_INSIDE } from './lowerings';
