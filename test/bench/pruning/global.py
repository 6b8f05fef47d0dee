"""Prunes the weights in a file globally with torch.nn.utils.prune; prints time, memory and a digest of the masks as JSON.

Run:  python global.py WEIGHTS SHAPES AMOUNT
WEIGHTS holds float32 values of all tensors one after the other, SHAPES is a JSON list of their shapes.
"""
import hashlib
import json
import os
import re
import sys
import time

import numpy
import torch
import torch.nn.utils.prune as prune

torch.set_num_threads(int(os.environ.get("TF_NUM_INTRAOP_THREADS") or os.cpu_count()))


def resident(key):
    with open("/proc/self/status") as status:
        return int(re.search(key + r":\s+(\d+)", status.read()).group(1)) * 1024


def module(values):
    result = torch.nn.Module()
    result.weight = torch.nn.Parameter(values)
    return result


values = torch.from_numpy(numpy.fromfile(sys.argv[1], dtype=numpy.float32))
shapes = json.loads(sys.argv[2])
sizes = [int(numpy.prod(shape)) for shape in shapes]
modules = [module(part.reshape(shape).clone()) for part, shape in zip(values.split(sizes), shapes)]
del values
with open("/proc/self/clear_refs", "w") as refs:
    refs.write("5")
before = resident("VmRSS")
start = time.perf_counter()
prune.global_unstructured([(each, "weight") for each in modules], prune.L1Unstructured, amount=float(sys.argv[3]))
seconds = time.perf_counter() - start
peak = resident("VmHWM")
digest = hashlib.sha256()
for each in modules:
    digest.update(each.weight_mask.numpy().astype(numpy.uint8).tobytes())
print(json.dumps({"ms": seconds * 1000, "peakBytes": peak - before, "digest": digest.hexdigest(), "version": torch.__version__}))
