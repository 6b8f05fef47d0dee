"""Makes reference.json: quantization by torch.ao on random tensors, ties, all types, several batches, infinities.

Run: python test/quantize/reference.py > test/quantize/reference.json    (torch 2.13)
"""
import json
import warnings

warnings.filterwarnings("ignore")
import torch
from torch.ao.quantization import (
    HistogramObserver,
    MinMaxObserver,
    MovingAverageMinMaxObserver,
    PerChannelMinMaxObserver,
)

DTYPES = {"qint8": torch.qint8, "quint8": torch.quint8, "qint32": torch.qint32}
SCHEMES = {"affine": torch.per_tensor_affine, "symmetric": torch.per_tensor_symmetric}
CHANNEL_SCHEMES = {"affine": torch.per_channel_affine, "symmetric": torch.per_channel_symmetric}


def numbers(tensor):
    """JSON has no infinities: they are written as texts."""
    return [x if abs(x) < float("inf") else str(x) for x in tensor.double().flatten().tolist()]


def random_tensor(seed, kind, shape=(4, 9)):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(shape, generator=generator)
    if kind == "uniform":
        x = torch.rand(shape, generator=generator) * 6 - 2
    if kind == "ties":  # exactly between two integers for scales 0.5 and 0.25
        x = torch.randint(-40, 40, shape, generator=generator).float() * 0.125
    if kind == "outlier":
        x.view(-1)[3] = 80.0
    if kind == "infinite":
        x.view(-1)[:2] = torch.tensor([float("inf"), float("-inf")])
    if kind == "constant":
        x = torch.full(shape, 1.7)
    if kind == "zero":
        x = torch.zeros(shape)
    return x


def per_tensor():
    for seed, kind in enumerate(["normal", "uniform", "ties", "outlier", "infinite", "constant", "zero"]):
        for dtype, scale, zero in [("qint8", 0.5, 3), ("qint8", 0.0173, -7), ("quint8", 0.25, 128), ("quint8", 0.031, 0), ("qint32", 0.001, 5)]:
            x = random_tensor(seed, kind)
            if kind == "infinite" and dtype == "qint32":
                continue  # torch's result for it is not defined
            q = torch.quantize_per_tensor(x, scale, zero, DTYPES[dtype])
            yield {"kind": kind, "x": numbers(x), "scale": scale, "zeroPoint": zero, "dtype": dtype,
                   "int": q.int_repr().flatten().tolist(), "dequantized": q.dequantize().flatten().tolist()}


def per_channel():
    for seed, (axis, dtype) in enumerate([(0, "qint8"), (1, "qint8"), (1, "quint8"), (0, "qint32")]):
        x = random_tensor(20 + seed, "ties" if seed == 1 else "normal", (3, 4, 5))
        n = x.shape[axis]
        scales = torch.rand(n, generator=torch.Generator().manual_seed(seed)) * 0.1 + 0.01
        zeros = torch.arange(n) + (100 if dtype == "quint8" else -1)
        q = torch.quantize_per_channel(x, scales, zeros, axis, DTYPES[dtype])
        yield {"shape": list(x.shape), "x": numbers(x), "axis": axis, "dtype": dtype, "scales": scales.tolist(), "zeroPoints": zeros.tolist(),
               "int": q.int_repr().flatten().tolist(), "dequantized": q.dequantize().flatten().tolist()}


def observe(observer, batches):
    for batch in batches:
        observer(batch)
    scale, zero = observer.calculate_qparams()
    return {"scale": scale.flatten().tolist(), "zeroPoint": zero.flatten().tolist()}


def observers():
    kinds = ["normal", "uniform", "outlier", "constant", "zero", "ties"]
    for seed, kind in enumerate(kinds):
        batches = [random_tensor(100 + 10 * seed + i, kind, (4, 20)) * (1 + i) for i in range(4)]
        row = {"kind": kind, "shape": [4, 20], "batches": [numbers(b) for b in batches], "results": []}
        for dtype in ("qint8", "quint8"):
            for scheme in SCHEMES:
                options = {"dtype": DTYPES[dtype], "qscheme": SCHEMES[scheme]}
                for reduce in (False, True):
                    limits = dict(zip(("quant_min", "quant_max"), {"qint8": (-64, 63), "quint8": (0, 127)}[dtype])) if reduce else {}
                    found = observe(MinMaxObserver(**limits, **options), batches)
                    row["results"].append({"observer": "MinMaxObserver", "dtype": dtype, "scheme": scheme, "reduceRange": reduce, **found})
                found = observe(MovingAverageMinMaxObserver(averaging_constant=0.3, **options), batches)
                row["results"].append({"observer": "MovingAverageMinMaxObserver", "dtype": dtype, "scheme": scheme, "averagingConstant": 0.3, **found})
                found = observe(HistogramObserver(**options), batches)
                row["results"].append({"observer": "HistogramObserver", "dtype": dtype, "scheme": scheme, **found})
                for axis in (0, 1):
                    found = observe(PerChannelMinMaxObserver(ch_axis=axis, dtype=DTYPES[dtype], qscheme=CHANNEL_SCHEMES[scheme]), batches)
                    row["results"].append({"observer": "PerChannelMinMaxObserver", "dtype": dtype, "scheme": scheme, "axis": axis, **found})
        yield row


def fake_quantize():
    for seed, (kind, scale, zero, low, high) in enumerate(
        [("normal", 0.1, 3, -128, 127), ("ties", 0.25, 0, -8, 7), ("outlier", 0.05, 128, 0, 255), ("uniform", 0.02, 10, 0, 127)]
    ):
        x = random_tensor(40 + seed, kind).requires_grad_()
        dy = random_tensor(60 + seed, "normal")
        y = torch.fake_quantize_per_tensor_affine(x, scale, zero, low, high)
        y.backward(dy)
        yield {"kind": kind, "x": numbers(x.detach()), "dy": numbers(dy), "scale": scale, "zeroPoint": zero, "min": low, "max": high,
               "y": y.detach().flatten().tolist(), "grad": x.grad.flatten().tolist()}


print(json.dumps({"torch": torch.__version__, "perTensor": list(per_tensor()), "perChannel": list(per_channel()),
                  "observers": list(observers()), "fakeQuantize": list(fake_quantize())}))
