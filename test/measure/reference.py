"""Writes reference.json beside it: what ptflops and fvcore count for torchvision's networks, CPU only.

Run:   python reference.py [MODEL ...]     with names: only these are made anew, the others stay
Needs: torch==2.13.0, and `pip install --no-deps torchvision==0.28.0 ptflops==0.7.5 fvcore==0.1.5.post20221221
       iopath yacs tabulate termcolor portalocker pillow tqdm pyyaml`, numpy.

Each row holds input ([channels, height, width], batch 1), params, ptflops (its `aten` backend) in total and by ATen
operation, fvcore in total and by operator, and for a few networks fvcore by module. Weights do not matter.
"""
import json, logging, os, sys
import torch

# The registry's torchvision was built for CUDA: on a CPU build its own operators have no fake kernels to register.
_library = torch.library.Library('torchvision', 'DEF')
_register_fake = torch.library.register_fake
torch.library.register_fake = lambda name, *a, **k: (lambda f: f) if str(name).startswith('torchvision::') else _register_fake(name, *a, **k)
import torchvision.models as models
torch.library.register_fake = _register_fake
from fvcore.nn import FlopCountAnalysis
from ptflops.aten_engine import FlopCounterMode

logging.disable(logging.WARNING)
torch.set_num_threads(1)
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'reference.json')


class LeNet(torch.nn.Module):
    def __init__(self, kernel=5, padding=2):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, kernel, padding=padding)
        self.conv2 = torch.nn.Conv2d(6, 16, kernel)
        self.fc1, self.fc2, self.fc3 = torch.nn.Linear(400, 120), torch.nn.Linear(120, 84), torch.nn.Linear(84, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x.flatten(1))))))


SIZES = [(3, 224, 224), (3, 161, 203)]
VARIED = [(3, 224, 224), (3, 256, 256), (3, 161, 203), (3, 320, 192), (3, 64, 64), (3, 33, 130)]
CASES = {
    'lenet': [(1, 28, 28)],
    'lenet_3x3': [(1, 28, 28)],
    **{n: VARIED for n in ['resnet50', 'mobilenet_v2', 'mobilenet_v3_small', 'efficientnet_b1', 'convnext_tiny', 'swin_t', 'swin_v2_t']},
    **{n: [(3, 224, 224)] for n in ['vit_b_16', 'vit_b_32', 'vit_l_16']},
    **{n: SIZES for n in [
        'resnet18', 'resnet34', 'resnet101', 'resnet152', 'resnext50_32x4d', 'wide_resnet50_2', 'mobilenet_v3_large',
        'efficientnet_b0', 'efficientnet_b2', 'efficientnet_b3', 'efficientnet_b4', 'efficientnet_b5', 'efficientnet_b6', 'efficientnet_b7',
        'efficientnet_v2_s', 'efficientnet_v2_m', 'efficientnet_v2_l', 'convnext_small', 'convnext_base', 'convnext_large',
        'swin_s', 'swin_b', 'swin_v2_s', 'swin_v2_b']},
}
BY_MODULE = {'mobilenet_v3_small', 'convnext_tiny', 'vit_b_32', 'swin_v2_t'}


def build(name):
    if name == 'lenet_3x3':
        return LeNet(3, 0)
    return LeNet() if name == 'lenet' else getattr(models, name)()


def integers(counts):
    return {str(k): int(v) for k, v in counts.items() if int(v)}


def row(model, name, shape):
    x = torch.zeros(1, *shape)
    counter = FlopCounterMode(model)
    with counter:
        model(x)
    f = FlopCountAnalysis(model, x).unsupported_ops_warnings(False)
    result = dict(input=list(shape), params=sum(p.numel() for p in model.parameters()),
                  ptflops=int(counter.complexity), ptflopsByOperator=integers(counter.flop_counts['Global']),
                  fvcore=int(f.total()), fvcoreByOperator=integers(f.by_operator()))
    if name in BY_MODULE and shape[1] == 224:
        result['fvcoreByModule'] = integers(f.by_module())
    return result


def main(names):
    known = json.load(open(HERE)) if os.path.exists(HERE) else {}
    for name in names or CASES:
        model = build(name).eval()
        for p in model.parameters():
            p.requires_grad_(True)
        known[name] = [row(model, name, shape) for shape in CASES[name]]
        print(name, [r['ptflops'] for r in known[name]], flush=True)
        with open(HERE, 'w') as f:
            lines = ',\n'.join(f'{json.dumps(n)}:{json.dumps(known[n], separators=(",", ":"))}' for n in CASES if n in known)
            f.write('{\n' + lines + '\n}\n')


if __name__ == '__main__':
    main(sys.argv[1:])
