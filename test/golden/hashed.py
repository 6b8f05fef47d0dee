"""Numbers that programs in any language make alike: hashes of a position and a name."""
import numpy as np

M = 0xFFFFFFFF


def hashed(count, name):
    """Values in [-0.5, 0.5)."""
    salt = 0
    for c in name.encode():
        salt = (salt * 31 + c) & M
    h = (np.arange(1, count + 1, dtype=np.uint64) * 0x9E3779B1 & M) ^ salt
    h ^= h >> 15
    h = h * 0x2C1B3C6D & M
    h ^= h >> 12
    return (h.astype(np.float64) / 2**32 - 0.5).astype(np.float32)
