import { fault, type Area } from './mutation';

/** Quantized networks: conversion, simulation, file and integer reference. */
export const INT8: Area = {
  area: 'int8',
  reader: 'quantized',
  mutations: [
    fault(
      'zero point missing from sums of a convolution',
      'quantize/reference/products.js',
      '(x.data[from + c] - x.zeroPoint)',
      'x.data[from + c]',
    ),
    fault(
      'bias missing from integer sums',
      'quantize/reference/products.js',
      'let sum = weights.bias?.[o] ?? 0;',
      'let sum = 0;',
    ),
    fault(
      'every group reads the first channels',
      'quantize/reference/products.js',
      'Math.floor(at.o / (out / groups)) * depth',
      '0',
    ),
    fault(
      'one scale for all channels of sums',
      'quantize/reference/products.js',
      'Math.fround(x.scale) * Math.fround(scale)',
      'Math.fround(x.scale) * Math.fround(weights.scales[0])',
    ),
    fault(
      'real values of weights by the first scale',
      'quantize/numbers/weights.js',
      'values[i] = data[i] * scales[i % channels];',
      'values[i] = data[i] * scales[0];',
    ),
    fault(
      'axis of scales not moved with the weights',
      'onnx/constants.js',
      'order ? order.indexOf(axis) : axis',
      'axis',
    ),
    fault(
      'integers of weights not reordered',
      'onnx/constants.js',
      'const ordered = order ? permute(data, node.shape, order) : data;',
      'const ordered = data;',
    ),
    fault(
      'zero point of activations missing from the file',
      'quantize/ops/operations.js',
      '.fill(zeroPoint)',
      '.fill(0)',
    ),
    fault(
      'zero point missing from dynamic products',
      'quantize/ops/dynamic.js',
      '[integers, weight.integers, zeroPoint]',
      '[integers, weight.integers]',
    ),
    fault(
      'bias missing from dynamic products',
      'quantize/ops/dynamic.js',
      "return bias ? emit.node('Add', [y, emit.weights(2)]) : y;",
      'return y;',
    ),
    fault(
      'simulation saturates at the integers themselves',
      'quantize/ops/operations.js',
      '[rounded, scalar(min - zeroPoint)]',
      '[rounded, scalar(min)]',
    ),
    fault(
      'average of integers without its zero point',
      'quantize/reference/joins.js',
      'let sum = -x.zeroPoint * pixels;',
      'let sum = 0;',
    ),
    fault(
      'second scale of a sum forgotten',
      'quantize/reference/joins.js',
      'f(f(b.scale) / f(scale))',
      'f(f(a.scale) / f(scale))',
    ),
  ],
};
