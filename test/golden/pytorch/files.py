"""Writes checkpoint files in the forms that torch has had, and beside each what torch itself loads from it.

Run:  python files.py        (torch 2.13; the files are a few kilobytes each)

`NAME.pt` is the file, `NAME.json` its tensors: dtype, shape, values. Files whose name begins with `refused-` have none.
"""

import collections
import io
import json
import os
import pickle
import struct
import zipfile

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
LEGACY = dict(_use_new_zipfile_serialization=False)


def numbers(seed):
    g = torch.Generator().manual_seed(seed)
    base = torch.randn(6, 4, generator=g) * 10
    extremes = torch.tensor([-(2**63), -1, 2**53 + 1, 2**63 - 1])
    return {
        "float64": base[0].double() / 3,
        "float32": base.clone(),
        "float16": (base[1] * 1000).half(),
        "bfloat16": base[2].bfloat16(),
        "int64": extremes,
        "int32": extremes.clamp(-(2**31), 2**31 - 1).int(),
        "int16": torch.tensor([-(2**15), -2, 2**15 - 1], dtype=torch.int16),
        "int8": torch.tensor([-128, -3, 127], dtype=torch.int8),
        "uint8": torch.tensor([0, 200, 255], dtype=torch.uint8),
        "bool": torch.tensor([[True, False], [False, True]]),
        "scalar": torch.tensor(2.5),
        "empty": torch.empty(0, 3),
    }


def unusual():
    return {
        "uint16": torch.tensor([0, 65535]).to(torch.uint16),
        "uint32": torch.tensor([0, 2**32 - 1]).to(torch.uint32),
        "uint64": torch.tensor([0, 2**62]).to(torch.uint64),
        "float8_e4m3fn": torch.tensor([0.5, -448.0]).to(torch.float8_e4m3fn),
        "float8_e5m2": torch.tensor([0.25, -57344.0]).to(torch.float8_e5m2),
        "usual": torch.ones(2),
    }


def views():
    base = torch.arange(24.0).reshape(2, 3, 4) / 7
    return {
        "whole": base,
        "transposed": base.transpose(0, 2),
        "row": base[1],
        "column": base[:, 1, 2],
        "steps": base[:, ::2, 1::2],
        "expanded": base[:1, :, :1].expand(5, 3, 2),
        "diagonal": base[0].diagonal(),
        "same": base.view(4, 6),
        "scalar": base[1, 2, 3],
        "none": base[:, :0],
        "channels_last": torch.randn(2, 3, 2, 2, generator=torch.Generator().manual_seed(3)).contiguous(memory_format=torch.channels_last),
    }


def network():
    torch.manual_seed(5)
    layers = collections.OrderedDict(conv=torch.nn.Conv2d(2, 3, 3), bn=torch.nn.BatchNorm2d(3), fc=torch.nn.Linear(3, 2))
    return torch.nn.Sequential(layers)


def parameters():
    plain = torch.nn.Parameter(torch.randn(2, 2, generator=torch.Generator().manual_seed(1)))
    tagged = torch.nn.Parameter(torch.ones(3) / 3, requires_grad=False)
    tagged.tag = "kept by Python"
    attributed = torch.ones(2) * 5
    attributed.tag = {"a": 1}
    return {"plain": plain, "tagged": tagged, "attributed": attributed, "shared": [plain, plain.data[1:]]}


def trained():
    net = network()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    net(torch.randn(2, 2, 3, 3)).sum() if False else net.fc(torch.randn(2, 3)).sum().backward()
    optimizer.step()
    average = collections.OrderedDict(("module." + k, v.clone() / 2 if v.is_floating_point() else v) for k, v in net.state_dict().items())
    return {
        "epoch": 7,
        "best": 0.75,
        "name": "réseau",
        "done": False,
        "nothing": None,
        "history": [0.5, 0.25, (1, 2**40, 2**70, -(2**40))],
        "classes": {"cat", "dog"},
        "raw": b"\x00\xff",
        "counts": collections.Counter("abca"),
        "shape": torch.Size([2, 3]),
        "device": torch.device("cpu"),
        "dtype": torch.bfloat16,
        "rng": torch.get_rng_state()[:8],
        "model_ema": average,
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        7: {"nested": {"deep": [torch.ones(1), (torch.zeros(2),)]}},
    }


def sparse():
    dense = torch.tensor([[0, 1.5, 0], [-2.5, 0, 0.0]])
    return {"matrix": dense.to_sparse(), "cube": torch.tensor([[[0, 3.0], [0, 0]]]).half().to_sparse(), "zeros": torch.zeros(2, 2).to_sparse(), "dense": dense}


def flat(value, path=""):
    if isinstance(value, torch.Tensor):
        t = value.detach()
        t = t.to_dense() if t.is_sparse else t
        wide = t.dtype in (torch.int64, torch.uint64)
        dtype = str(t.dtype)[6:]
        t = t.float() if t.is_floating_point() and t.dtype != torch.float64 else t
        listed = t.reshape(-1).tolist()
        return {path: dict(dtype=dtype, shape=list(t.shape), values=[str(v) for v in listed] if wide else listed)}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return {k: v for key, item in items for k, v in flat(item, f"{path}/{key}" if path else str(key)).items()}


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def repacked(data, rename=lambda name: name, change=lambda name, content: content, skip=(), method=zipfile.ZIP_STORED):
    """The same records in an archive as Python writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", method) as target:
        for info in source.infolist():
            if not info.filename.endswith(skip or "\0"):
                name = rename(info.filename)
                target.writestr(zipfile.ZipInfo(name), change(name, source.read(info)), method)
    return out.getvalue()


class Old(pickle.Pickler):
    """As torch 0.4 wrote: storages of a GPU, parts of storages with keys of their own."""

    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.storages = {}

    def persistent_id(self, value):
        if not isinstance(value, torch.storage.TypedStorage):
            return None
        key = str(94000000000000 + value._untyped_storage._cdata % 1000)
        self.storages[key] = value
        half = (key + "1", 2, value.size() - 2) if len(self.storages) % 2 == 0 else None
        return ("storage", torch.cuda.FloatStorage if len(self.storages) == 1 else torch.FloatStorage, key, "cuda:0" if len(self.storages) == 1 else "cpu", value.size(), half)


class Rebuilt:
    def __init__(self, storage, function, *args):
        self.reduced = (function, (storage, *args))

    def __reduce__(self):
        return self.reduced


def old_file(protocol):
    """A legacy file by hand; torch itself says below what is in it."""
    a, b = [torch.arange(n, dtype=torch.float32).mul_(0.5)._typed_storage() for n in (6, 8)]
    tensors = collections.OrderedDict(
        first=Rebuilt(a, torch._utils._rebuild_tensor, 0, (2, 3), (3, 1)),
        part=Rebuilt(b, torch._utils._rebuild_tensor_v2, 1, (2, 2), (2, 1), False, collections.OrderedDict()),
    )
    body = io.BytesIO()
    pickler = Old(body, protocol)
    pickler.dump(tensors)
    out = io.BytesIO()
    info = dict(protocol_version=1001, little_endian=True, type_sizes=dict(short=2, int=4, long=4))
    for head in (0x1950A86A20F9469CFC6C, 1001, info):
        pickle.dump(head, out, protocol=protocol)
    out.write(body.getvalue())
    keys = sorted(pickler.storages)
    pickle.dump(keys, out, protocol=protocol)
    for key in keys:
        storage = pickler.storages[key]
        out.write(struct.pack("<q", storage.size()) + bytes(storage._untyped_storage))
    return out.getvalue()


def python2():
    """What Python 2 wrote: byte strings as names, modules of that time, a dict from a list of pairs."""
    tensors = collections.OrderedDict(weight=torch.ones(2, 2) / 7, bias=torch.arange(3.0))
    data = saved(tensors, **LEGACY)
    for name in (b"weight", b"bias", b"storage", b"cpu"):
        data = data.replace(b"X" + struct.pack("<I", len(name)) + name, b"U" + bytes([len(name)]) + name)
    return data


net = network().state_dict()
FILES = {
    "zip": saved(numbers(0)),
    "zip-unusual": saved(unusual()),
    "zip-views": saved(views()),
    "zip-parameters": saved(parameters()),
    "zip-trained": saved(trained()),
    "zip-sparse": saved(sparse()),
    "zip-list": saved([torch.ones(2), (torch.zeros(1), {"x": torch.arange(3)})]),
    "zip-protocol-1": saved(views(), pickle_protocol=1),
    "zip-protocol-3": saved(numbers(3), pickle_protocol=3),
    "zip-protocol-4": saved(trained(), pickle_protocol=4),
    "zip-protocol-5": saved(parameters(), pickle_protocol=5),
    "zip-renamed": repacked(saved(net), rename=lambda name: name.replace("archive", "any näme of. a folder", 1)),
    "zip-1.6": repacked(saved(net), skip=(".format_version", ".storage_alignment", "byteorder", "serialization_id")),
    "legacy": saved(numbers(1), **LEGACY),
    "legacy-views": saved(views(), **LEGACY),
    "legacy-trained": saved(trained(), **LEGACY),
    "legacy-parameters": saved(parameters(), **LEGACY),
    "legacy-protocol-1": saved(net, pickle_protocol=1, **LEGACY),
    "legacy-protocol-3": saved(numbers(4), pickle_protocol=3, **LEGACY),
    "legacy-protocol-4": saved(net, pickle_protocol=4, **LEGACY),
    "legacy-protocol-5": saved(views(), pickle_protocol=5, **LEGACY),
    "legacy-old": old_file(2),
    "legacy-python-2": python2(),
}
REFUSED = {
    "big-endian": repacked(saved(net), change=lambda name, content: b"big" if name.endswith("byteorder") else content),
    "big-endian-legacy": saved(net, **LEGACY).replace(b"little_endian", b"little_endian", 1),
    "compressed": repacked(saved(net), method=zipfile.ZIP_DEFLATED),
    "complex": saved({"good": torch.ones(2), "spectrum": torch.ones(2, dtype=torch.complex64)}),
    "quantized": saved({"good": torch.ones(2), "weight": torch.quantize_per_tensor(torch.ones(2), 0.1, 3, torch.qint8)}),
    "csr": saved({"good": torch.ones(2), "weight": torch.eye(2).to_sparse_csr()}),
    "whole-model": saved(network().fc),
    "tensor": saved(torch.ones(2)),
}


def big_endian_legacy(data):
    key = b"X" + struct.pack("<I", 13) + b"little_endian"
    at = data.index(key)
    true = data.index(b"\x88", at)
    return data[:true] + b"\x89" + data[true + 1 :]


REFUSED["big-endian-legacy"] = big_endian_legacy(REFUSED["big-endian-legacy"])
script = io.BytesIO()
torch.jit.save(torch.jit.script(network().fc), script)
REFUSED["torchscript"] = script.getvalue()


def main():
    for name, data in FILES.items():
        path = os.path.join(HERE, name + ".pt")
        with open(path, "wb") as f:
            f.write(data)
        # Its restricted loader knows protocol 2 only; the programs that made these files are above.
        loaded = torch.load(path, weights_only="protocol" not in name, map_location="cpu")
        with open(os.path.join(HERE, name + ".json"), "w") as f:
            json.dump(flat(loaded), f)
            f.write("\n")
    for name, data in REFUSED.items():
        with open(os.path.join(HERE, f"refused-{name}.pt"), "wb") as f:
            f.write(data)


if __name__ == "__main__":
    main()
