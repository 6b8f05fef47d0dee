"""Imports torchvision beside a CPU build of torch: `from torchvision_on_cpu import torchvision`.

torchvision's wheel for GPUs registers kernels that such a build does not know; none of them is needed for reference values.
"""
from torch import library

_own = library.Library('torchvision', 'DEF')
_register = library.register_fake
library.register_fake = lambda name, *a, **k: (lambda f: f) if str(name).startswith('torchvision::') else _register(name, *a, **k)
import torchvision
import torchvision.datasets
import torchvision.models
library.register_fake = _register
