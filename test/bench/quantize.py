"""Quantizes an ONNX file as onnxruntime's own tool does: quantize.py FLOAT_FILE INT8_FILE PICTURES_FILE SHAPE

Static, QDQ, weights int8 per channel, activations uint8, min-max calibration on the float32 numbers of PICTURES_FILE.
Prints {"seconds": TIME OF THE QUANTIZER}.
"""
import json
import logging
import os
import sys
import tempfile
import time

import numpy
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

logging.disable(logging.WARNING)
source, target, pictures, shape = sys.argv[1:5]


class Reader(CalibrationDataReader):
    def __init__(self):
        data = numpy.fromfile(pictures, numpy.float32).reshape(json.loads(shape))
        self.rows = iter([{"input": row[None]} for row in data])

    def get_next(self):
        return next(self.rows, None)


start = time.perf_counter()
with tempfile.TemporaryDirectory() as folder:
    prepared = os.path.join(folder, "prepared.onnx")
    quant_pre_process(source, prepared)
    quantize_static(prepared, target, Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
print(json.dumps({"seconds": time.perf_counter() - start}))
