"""Writes preprocess.json beside this file: pictures prepared by the transforms of torchvision's published weights.

Every transform that differs from the others, with pictures of many sizes, given once as Pillow's picture and once as a
tensor of 8 bits. Kept are the size, which weights, and grey levels at places spread over the result; of the first also
the values themselves.

Run:   python test/pretrained/preprocess.py
Needs: pip install torch==2.13.0 pillow==13.0.0 numpy; pip install --no-deps torchvision==0.28.0
"""
import json, os, random, sys
import numpy as np, torch, PIL
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../golden'))
from torchvision_on_cpu import torchvision
models = torchvision.models

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = [(375, 500), (500, 333), (64, 64), (41, 97), (97, 41), (224, 224), (256, 256), (300, 299), (7, 160), (600, 13), (1, 1), (2, 3), (640, 480), (233, 232)]
PLACES = 40
rng = random.Random(5)


def picture(height, width):
    """Pixels that a program in another language makes as well: a hash of the index, or steps from black to white."""
    i = np.arange(height * width * 3, dtype=np.uint64)
    h = (i * 2654435761 + 12345) & 0xFFFFFFFF
    h ^= h >> 15
    h = (h * 739982445) & 0xFFFFFFFF
    v = (h >> 12) & 255
    if height % 2: v = np.where(v > 127, 255, 0)
    return v.astype(np.uint8).reshape(height, width, 3)


def distinct():
    seen = set()
    for name in models.list_models(module=models):
        for w in models.get_model_weights(name):
            t = w.transforms()
            key = str((t.crop_size, t.resize_size, t.interpolation, t.mean, t.std))
            if key not in seen:
                seen.add(key)
                yield name, w.name, t


def levels(y, t):
    y = y.permute(1, 2, 0).reshape(-1, 3).double() * torch.tensor(t.std, dtype=torch.float64) + torch.tensor(t.mean, dtype=torch.float64)
    return torch.round(y * 255).int().reshape(-1)


cases, exact = [], None
for n, (model, weights, t) in enumerate(distinct()):
    for size in rng.sample(SIZES, 2):
        pixels = picture(*size)
        pillow = t(Image.fromarray(pixels))
        tensor = t(torch.from_numpy(pixels).permute(2, 0, 1))
        crop = pillow.shape[-1]
        at = sorted(rng.sample(range(crop * crop * 3), PLACES))
        cases.append(dict(model=model, weights=weights, picture=size, at=at, pillow=levels(pillow, t)[at].tolist(), torch=levels(tensor, t)[at].tolist()))
        if exact is None:
            exact = dict(model=model, weights=weights, picture=size, at=at, values=pillow.permute(1, 2, 0).reshape(-1)[at].tolist())

with open(os.path.join(HERE, 'preprocess.json'), 'w') as f:
    json.dump(dict(source=f'torchvision {torchvision.__version__}, torch {torch.__version__}, Pillow {PIL.__version__}, by preprocess.py', exact=exact, cases=cases), f, separators=(',', ':'))
    f.write('\n')
print(len(cases), os.path.getsize(os.path.join(HERE, 'preprocess.json')))
