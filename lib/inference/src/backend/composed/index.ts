/** Kernels that a fallback lacks, or has only slowly, composed of those it has. */
import { registerCompositions, type Composition } from './composition';
import { filterGradient, inputGradient } from './convolution';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
import { matrixProduct } from './matrix-product';
import { maxPoolGradient } from './max-pool';
import { FOR_PLAIN_JAVASCRIPT } from './plain-javascript';
import { segmentSum } from './segment-sum';

/**
 * What tfjs's WebAssembly backend (4.22) lacks for the gradients of this library, computes wrongly (`MaxPoolGrad`), or has
 * as plain loops where XNNPACK behind its convolutions and products is up to ten times as fast.
 */
const FOR_WASM: readonly Composition[] = [
  { kernelName: 'Conv2DBackpropFilter', replaces: false, compose: filterGradient },
  { kernelName: 'Conv2DBackpropInput', replaces: true, compose: inputGradient },
  { kernelName: 'DepthwiseConv2dNativeBackpropFilter', replaces: false, compose: depthwiseFilterGradient },
  { kernelName: 'DepthwiseConv2dNativeBackpropInput', replaces: false, compose: depthwiseInputGradient },
  { kernelName: 'MaxPoolGrad', replaces: true, compose: maxPoolGradient },
  { kernelName: 'UnsortedSegmentSum', replaces: false, compose: segmentSum },
  { kernelName: 'BatchMatMul', replaces: true, compose: matrixProduct },
];

/** Registers them with tfjs; its own kernels have to be registered already, and the backend not yet in use. */
export const completeWasm = (): void => registerCompositions('wasm', FOR_WASM);

/** The same for plain JavaScript. */
export const completePlainJavaScript = (): void => registerCompositions('cpu', FOR_PLAIN_JAVASCRIPT);
