"""Writes reference.json beside this file: what PyTorch's counters say of every network of torchvision.

Run:    python reference.py [model ...]     with names: only these are made anew, the others stay
Needs:  pip install torch==2.13.0 numpy pillow ptflops==0.7.5 fvcore; pip install --no-deps torchvision==0.28.0

The weights are not filled, so this needs little memory. Pictures are as large as
those that each network was published for, Inception's as in the paper. ptflops counts by its `aten` backend; both tools
count one multiply-add as one.
"""
import json, logging, os, sys, warnings
import torch
from torch import library

# torchvision's wheel for GPUs registers kernels that a CPU build of torch does not know; none of them is needed here.
_operators = library.Library('torchvision', 'DEF')
_register = library.register_fake
library.register_fake = lambda name, *a, **k: (lambda f: f) if str(name).startswith('torchvision::') else _register(name, *a, **k)
import torchvision.models as models
library.register_fake = _register
from fvcore.nn import FlopCountAnalysis
from ptflops import get_model_complexity_info

SIZES = {'inception_v3': 299, 'swin_v2_t': 256, 'swin_v2_s': 256, 'swin_v2_b': 256}
logging.disable(logging.WARNING)
warnings.simplefilter('ignore')


# Nobody fills the weights: memory that is not written to costs nothing.
for _name in dir(torch.nn.init):
    if _name.endswith('_') and not _name.startswith('_'):
        setattr(torch.nn.init, _name, lambda tensor, *a, **k: tensor)


def build(name):
    return getattr(models, name)(**(dict(init_weights=False) if name in ('googlenet', 'inception_v3') else {})).eval()


def row(name):
    size = SIZES.get(name, 224)
    ptflops, params = get_model_complexity_info(build(name), (3, size, size), as_strings=False, print_per_layer_stat=False, backend='aten')
    model = build(name)
    fvcore = FlopCountAnalysis(model, torch.zeros(1, 3, size, size)).unsupported_ops_warnings(False).total()
    return dict(model=name, size=[size, size], params=int(params), ptflops=int(ptflops), fvcore=int(fvcore))


if __name__ == '__main__':
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'reference.json')
    known = {r['model']: r for r in json.load(open(target))['rows']} if sys.argv[1:] else {}
    for name in sys.argv[1:] or models.list_models(module=models):
        known[name] = row(name)
        print(known[name], flush=True)
    rows = [known[name] for name in models.list_models(module=models)]
    head = json.dumps(dict(source=f'torch {torch.__version__}, torchvision 0.28.0, ptflops 0.7.5, fvcore 0.1.5; made by reference.py'))[1:-1]
    with open(target, 'w') as f:
        f.write('{' + head + ',\n"rows":[\n' + ',\n'.join(json.dumps(r, separators=(',', ':')) for r in rows) + '\n]}\n')
