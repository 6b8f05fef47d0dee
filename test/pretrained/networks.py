"""Writes networks.json and the folder `files` beside this file: weights as torchvision's builders load them, and what
the networks then answer.

The files are written by torch.save, in the forms that published ones have: the zip form or the one before PyTorch 1.6,
today's names or those of their time, with the auxiliary classifiers and the versions that belong to them. So that they
stay small, entries are views with overlapping strides into a few storages of half precision. torchvision's own builder
loads each of them in place of its download and prepares the picture by the transform of the weights.

Run:   python test/pretrained/networks.py [network ...]
Needs: pip install torch==2.13.0 pillow==13.0.0 numpy; pip install --no-deps torchvision==0.28.0
"""
import collections, gzip, hashlib, io, json, math, os, re, sys, tempfile
import numpy as np, torch
from PIL import Image
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../golden'))
from torchvision_on_cpu import torchvision
models = torchvision.models

FILES = os.path.join(HERE, 'files')
LENGTH = 8192


def hashed(n, seed):
    j = np.arange(1, n + 1, dtype=np.uint64)
    h = ((j * 0x9E3779B1) & 0xFFFFFFFF) ^ ((seed * 0x85EBCA77) & 0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * 0x2C1B3C6D) & 0xFFFFFFFF
    return (h ^ (h >> np.uint64(12))).astype(np.int64)


class Storages:
    """Few numbers, so that they compress well: eight steps from -1 to 1, times a power of two; or from 0.75 to 1.25."""
    def __init__(self, seed, largest):
        self.seed, self.made, self.largest = seed, {}, largest

    def of(self, key):
        if key not in self.made:
            steps = hashed(LENGTH, self.seed + len(self.made)) % 8
            values = 0.75 + steps / 14 if key == 'positive' else (steps * 2 - 7) / 7 * 2.0**key
            # Readers refuse tensors that are larger than their file: zeros that nothing reads make it long enough.
            padded = np.concatenate([values, np.zeros(self.largest)]) if not self.made else values
            self.made[key] = torch.from_numpy(padded).half()
        return self.made[key]

    def view(self, name, tensor, offset):
        shape = list(tensor.shape)
        if name.endswith(('relative_position_index', 'relative_coords_table')): return tensor
        if not tensor.is_floating_point(): return torch.full(shape, 3, dtype=tensor.dtype)
        if name.endswith('running_var') or (name.endswith('weight') and len(shape) == 1): key = 'positive'
        elif len(shape) < 2: key = -4
        else: key = round(math.log2(1.6 / math.sqrt(math.prod(shape[1:]))))
        strides = [1, 2, 3, 5][:len(shape)]
        reach = sum((n - 1) * s for n, s in zip(shape, strides)) + 1
        assert reach <= LENGTH, (name, shape)
        return self.of(key).as_strided(shape, strides, offset * 7 % (LENGTH - reach + 1))


def entries(net, seed):
    storages = Storages(seed, max(t.numel() for t in net.state_dict().values()))
    return collections.OrderedDict((name, storages.view(name, t, i)) for i, (name, t) in enumerate(net.state_dict().items()))


def old_densenet(name):
    return re.sub(r'(denselayer\d+\.(?:norm|relu|conv))([12])\.', r'\1.\2.', name)


def old_vit(name):
    return name.replace('.mlp.0.', '.mlp.linear_1.').replace('.mlp.3.', '.mlp.linear_2.')


def with_metadata(state, net):
    state._metadata = net.state_dict()._metadata
    return state


def without_counts(state):
    return collections.OrderedDict((k, v) for k, v in state.items() if not k.endswith('num_batches_tracked'))


# model, weights, the network that the file was written of, names of the file's time, whether the zip form
CASES = [
    ('resnet18', 'IMAGENET1K_V1', {}, None, False),
    ('densenet121', 'IMAGENET1K_V1', {}, old_densenet, False),
    ('googlenet', 'IMAGENET1K_V1', dict(init_weights=False), None, True),
    ('inception_v3', 'IMAGENET1K_V1', dict(init_weights=False), None, True),
    ('mnasnet0_5', 'IMAGENET1K_V1', {}, None, False),
    ('squeezenet1_1', 'IMAGENET1K_V1', {}, None, False),
    ('vit_b_16', 'IMAGENET1K_SWAG_E2E_V1', dict(image_size=384), old_vit, True),
    ('swin_v2_t', 'IMAGENET1K_V1', {}, None, True),
    ('regnet_y_400mf', 'IMAGENET1K_V2', {}, None, True),
]


def picture():
    """Pixels that the tests make as well."""
    return Image.fromarray((hashed(150 * 200 * 3, 9) % 256).astype(np.uint8).reshape(150, 200, 3))


def file_of(name, options, rename, zipped, seed):
    net = getattr(models, name)(weights=None, **options)
    state = entries(net, seed)
    if name == 'densenet121': state = without_counts(state)
    if rename: state = collections.OrderedDict((rename(k), v) for k, v in state.items())
    elif name == 'mnasnet0_5': state = with_metadata(state, net)
    buffer = io.BytesIO()
    torch.save(state, buffer, _use_new_zipfile_serialization=zipped)
    return buffer.getvalue()


def answers(name, weights, data):
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        load = lambda url, *a, **k: torch.load(f.name, weights_only=True)
        torchvision.models._api.load_state_dict_from_url = load
        net = getattr(models, name)(weights=weights).eval()
        x = weights.transforms()(picture())[None]
        with torch.no_grad(): y = net(x)[0].double()
    top = y.softmax(0).topk(5)
    return dict(params=sum(p.numel() for p in net.parameters()), logits=[round(v, 6) for v in y[::97].tolist()], norm=float(y.norm()),
                top=[[int(i), round(float(p), 7), weights.meta['categories'][i]] for p, i in zip(top.values, top.indices)])


def features_only():
    """VGG-16 without a classifier: its published file holds NaN there, of which one entry is enough here."""
    net = models.vgg16(weights=None, init_weights=False)
    state = collections.OrderedDict((k, v) for k, v in net.state_dict().items() if k.startswith('features.'))
    storages = Storages(7, max(v.numel() for v in state.values()))
    state = collections.OrderedDict((k, storages.view(k, v, i)) for i, (k, v) in enumerate(state.items()))
    state['classifier.6.bias'] = torch.full((1000,), math.nan)
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


os.makedirs(FILES, exist_ok=True)
open(os.path.join(FILES, 'vgg16_features.pth.gz'), 'wb').write(gzip.compress(features_only(), mtime=0))
out = os.path.join(HERE, 'networks.json')
result = json.load(open(out)) if os.path.exists(out) else {}
for seed, (name, set_name, options, rename, zipped) in enumerate(CASES):
    if sys.argv[1:] and name not in sys.argv[1:]: continue
    weights = models.get_model_weights(name)[set_name]
    data = file_of(name, options, rename, zipped, 100 * seed)
    packed = gzip.compress(data, mtime=0)
    open(os.path.join(FILES, f'{name}.pth.gz'), 'wb').write(packed)
    result[name] = dict(weights=set_name, sha256=hashlib.sha256(data).hexdigest(), **answers(name, weights, data))
    print(name, len(data), len(packed), result[name]['norm'], result[name]['top'][0], flush=True)
with open(out, 'w') as f:
    json.dump(result, f, indent=1)
    f.write('\n')
