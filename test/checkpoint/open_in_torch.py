"""Opens files with torch's restricted loader and prints what is in them as JSON.

Run:  python open_in_torch.py FILE ...        (prints one line a file)
"""

import json
import os
import sys

import torch


def described(tensor):
    dense = tensor.to_dense() if tensor.is_sparse else tensor
    plain = dense.float() if dense.dtype in (torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2) else dense
    return dict(
        dtype=str(tensor.dtype)[6:],
        shape=list(tensor.shape),
        strides=list(dense.stride()),
        sparse=tensor.is_sparse,
        storage=0 if tensor.is_sparse else tensor.untyped_storage().data_ptr() % 2**40,
        sum=float(plain.double().sum()) if plain.numel() else 0,
        first=plain.reshape(-1)[:3].tolist(),
    )


for path in sys.argv[1:]:
    loaded = torch.load(path, weights_only=True)
    mapped = torch.load(path, weights_only=True, mmap=True)
    assert list(loaded) == list(mapped)
    assert all(torch.equal(loaded[k].to_dense(), mapped[k].to_dense()) for k in loaded), os.path.basename(path)
    versions = {k: v["version"] for k, v in getattr(loaded, "_metadata", {}).items()}
    entries = {name: described(tensor) for name, tensor in loaded.items()}
    print(json.dumps(dict(entries=entries, versions=versions, metadata=getattr(loaded, "metadata", {}))))
