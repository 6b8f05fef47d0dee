"""Writes reference.json beside this file: what torchvision's own networks answer, at sizes and seeds of our choice.

Run:    python reference.py [model ...]      (without names: all)
Needs:  pip install torch==2.13.0 numpy pillow; pip install --no-deps torchvision==0.28.0

Weights and pictures are not stored: both come from an integer hash, see `uniform` and `value`, which
test/support/reference-weights.ts repeats. Logits are kept for the first ten classes, entries (names and shapes of all
floating-point tensors, in order) as the SHA-256 of their JSON.
"""
import hashlib, json, math, os, sys
import numpy as np
import torch

# torchvision's wheel for GPUs registers kernels that a CPU build of torch does not know; none of them is needed here.
_library = torch.library.Library('torchvision', 'DEF')
_register = torch.library.register_fake
torch.library.register_fake = lambda name, *a, **k: (lambda f: f) if str(name).startswith('torchvision::') else _register(name, *a, **k)
import torchvision.models as models
torch.library.register_fake = _register

SIZES = {
    'resnet': [(64, 96)], 'resnext': [(64, 96)], 'wide_resnet': [(64, 96)], 'mobilenet': [(64, 96), (33, 33)], 'efficientnet': [(64, 96)],
    'convnext': [(64, 96)], 'vit': [(224, 224)], 'swin': [(96, 160)],
    'alexnet': [(63, 80)], 'vgg': [(32, 64)], 'densenet': [(64, 96)], 'googlenet': [(64, 96)], 'inception': [(75, 96)], 'squeezenet': [(64, 97)],
    'shufflenet': [(64, 96)], 'mnasnet': [(64, 96)], 'regnet': [(64, 96)], 'maxvit': [(224, 224)],
}
# Odd maps, one window along one axis, padding at 256x256; windows of ceil-mode pooling that end outside, at each stage.
MORE = {'resnet50': [(256, 256), (1, 1)], 'efficientnet_v2_s': [(256, 256)], 'swin_t': [(28, 64), (256, 256), (45, 37)], 'swin_v2_t': [(32, 96), (256, 256)],
        'alexnet': [(96, 300)], 'vgg11_bn': [(39, 50)], 'densenet121': [(29, 45)], 'googlenet': [(15, 15), (33, 71)], 'inception_v3': [(139, 80)],
        'squeezenet1_0': [(21, 33), (90, 75)], 'squeezenet1_1': [(17, 31), (82, 70)], 'shufflenet_v2_x0_5': [(33, 41)], 'mnasnet0_5': [(33, 41)], 'regnet_y_400mf': [(33, 41)]}
SEEDED = ['resnet18', 'mobilenet_v3_small', 'efficientnet_b0', 'convnext_tiny', 'swin_t', 'swin_v2_t', 'vit_b_32', 'densenet121', 'googlenet', 'shufflenet_v2_x0_5', 'regnet_y_400mf', 'maxvit_t']


def uniform(n, i, seed):
    j = np.arange(1, n + 1, dtype=np.uint64)
    h = ((j * 0x9E3779B1) & 0xFFFFFFFF) ^ (((i + 1 + 1000 * seed) * 0x85EBCA77) & 0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * 0x2C1B3C6D) & 0xFFFFFFFF
    h ^= h >> np.uint64(12)
    return h.astype(np.float64) / 2**32


def value(name, shape, u):
    if name.endswith('running_var') or (name.endswith('weight') and len(shape) == 1):
        return 0.5 + u
    if name.endswith('layer_scale'):
        return u
    if name.endswith(('class_token', 'pos_embedding', 'cls_token', 'position_embeddings')):
        return (u - 0.5) * 0.2
    if name.endswith('relative_position_bias_table'):
        return u - 0.5
    if len(shape) >= 2:
        return (u - 0.5) * 2 * math.sqrt(3 / int(np.prod(shape[1:])))
    return (u - 0.5) * 0.2


def floats(model):
    return [(name, t) for name, t in model.state_dict().items() if t.is_floating_point()]


@torch.no_grad()
def rows(name):
    family = next(f for f in sorted(SIZES, key=len, reverse=True) if name.startswith(f))
    # Without fresh weights, which take torchvision minutes for some networks; all are replaced.
    model = getattr(models, name)(**(dict(init_weights=False) if name.startswith(('vgg', 'googlenet', 'inception')) else {})).eval()
    entries = [[k, list(t.shape)] for k, t in floats(model)]
    digest = hashlib.sha256(json.dumps(entries, separators=(',', ':')).encode()).hexdigest()
    for seed in (1, 3) if name in SEEDED else (1,):
        for i, (k, t) in enumerate(floats(model)):
            t.copy_(torch.from_numpy(value(k, tuple(t.shape), uniform(t.numel(), i, seed)).reshape(tuple(t.shape)).astype(np.float32)))
        for height, width in SIZES[family] + (MORE.get(name, []) if seed == 1 else []):
            shape = (1 if height * width > 40000 else 2, 3, height, width)
            x = torch.from_numpy(((uniform(int(np.prod(shape)), 0, seed + 7) - 0.5) * 2).reshape(shape).astype(np.float32))
            y = model(x).double()
            yield dict(model=name, seed=seed, input=list(shape), params=sum(p.numel() for p in model.parameters()), entries=digest,
                       logits=[[round(v, 6) for v in r[:10].tolist()] for r in y], norm=float(y.norm()))


NAMES = models.list_models(module=models)

if __name__ == '__main__':
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'reference.json')
    result = []
    for name in sys.argv[1:] or NAMES:
        for row in rows(name):
            result.append(row)
            print(row['model'], row['input'], row['norm'], flush=True)
    head = json.dumps(dict(source=f'torch {torch.__version__}, torchvision 0.28.0, CPU, float32; made by reference.py'))[1:-1]
    with open(target, 'w') as f:
        f.write('{' + head + ',\n"rows":[\n' + ',\n'.join(json.dumps(r, separators=(',', ':')) for r in result) + '\n]}\n')
