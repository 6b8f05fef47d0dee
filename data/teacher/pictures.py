"""CIFAR-10 as tensors, and the random changes that make every epoch's pictures new ones."""
import io
import os
import tarfile

import numpy as np
import torch
import torch.nn.functional as F

LABELS = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
MEAN, STD = [0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]


def load(path):
    """Returns {'train' | 'test': (pictures uint8 [n, 3, 32, 32], labels int64 [n])}.

    `path` holds the unpacked binary archive (cifar-10-batches-bin), or cifar10-jpeg.tar.xz with split/label/name.jpg.
    """
    binary = os.path.join(path, 'cifar-10-batches-bin')
    return read_binary(binary) if os.path.isdir(binary) else read_jpeg(os.path.join(path, 'cifar10-jpeg.tar.xz'))


def read_binary(folder):
    def read(names):
        rows = np.concatenate([np.fromfile(os.path.join(folder, n), np.uint8).reshape(-1, 3073) for n in names])
        return torch.from_numpy(rows[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(rows[:, 0].astype(np.int64))

    return dict(train=read([f'data_batch_{i}.bin' for i in range(1, 6)]), test=read(['test_batch.bin']))


def read_jpeg(archive):
    from PIL import Image
    pictures, labels = dict(train=[], test=[]), dict(train=[], test=[])
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.isfile():
                continue
            split, label, _ = member.name.split('/')
            picture = Image.open(io.BytesIO(tar.extractfile(member).read())).convert('RGB')
            pictures[split].append(np.asarray(picture).transpose(2, 0, 1))
            labels[split].append(LABELS.index(label))
    return {k: (torch.from_numpy(np.stack(pictures[k])), torch.tensor(labels[k])) for k in pictures}


def normalise(x):
    """uint8 or [0, 1] pictures [b, 3, h, w] -> zero mean and unit deviation per channel."""
    x = x.float() / 255 if x.dtype == torch.uint8 else x
    mean, std = (torch.tensor(v, device=x.device).view(1, 3, 1, 1) for v in (MEAN, STD))
    return (x - mean) / std


def uniform(b, low, high, device):
    return torch.rand(b, device=device) * (high - low) + low


def column(t):
    return t.view(-1, 1, 1, 1)


def move(x):
    """Shift by up to a quarter, flip, and for half the pictures rotation, shear and zoom."""
    b, dev = x.shape[0], x.device
    on = (torch.rand(b, device=dev) < 0.5).float()
    angle = on * uniform(b, -0.4, 0.4, dev)
    shear_x, shear_y = on * uniform(b, -0.25, 0.25, dev), on * uniform(b, -0.25, 0.25, dev)
    zoom = 1 + on * uniform(b, -0.2, 0.2, dev)
    flip = (torch.rand(b, device=dev) < 0.5).float() * 2 - 1
    cos, sin = angle.cos(), angle.sin()
    theta = torch.stack([
        torch.stack([zoom * cos * flip, zoom * (sin + shear_x), uniform(b, -0.25, 0.25, dev)], 1),
        torch.stack([zoom * (shear_y - sin) * flip, zoom * cos, uniform(b, -0.25, 0.25, dev)], 1)], 1)
    grid = F.affine_grid(theta, x.shape, align_corners=False)
    return F.grid_sample(x, grid, padding_mode='zeros', align_corners=False)


def recolour(x):
    """For half the pictures brightness, contrast, saturation, and for a tenth of those solarisation."""
    b, dev = x.shape[0], x.device
    y = x * column(uniform(b, 0.6, 1.4, dev))
    grey = y.mean((1, 2, 3), keepdim=True)
    y = (y - grey) * column(uniform(b, 0.6, 1.4, dev)) + grey
    grey = y.mean(1, keepdim=True)
    y = (y - grey) * column(uniform(b, 0.3, 1.7, dev)) + grey
    solarised = column(torch.rand(b, device=dev) < 0.1) & (y > column(uniform(b, 0.4, 1.0, dev)))
    y = torch.where(solarised, 1 - y, y).clamp(0, 1)
    return torch.where(column(torch.rand(b, device=dev) < 0.5), y, x)


def box(b, side, device):
    """A square of the given side [b] at a random place: bool [b, 1, 32, 32], cut off at the border."""
    x, y = uniform(b, 0, 32, device), uniform(b, 0, 32, device)
    place = torch.arange(32, device=device).float() + 0.5
    across = (place.view(1, 1, 32) - x.view(b, 1, 1)).abs() < side.view(b, 1, 1) / 2
    down = (place.view(1, 32, 1) - y.view(b, 1, 1)).abs() < side.view(b, 1, 1) / 2
    return (across & down).unsqueeze(1)


def erase(x):
    """A grey square of up to 14 pixels in four pictures of ten."""
    b, dev = x.shape[0], x.device
    hole = box(b, uniform(b, 0, 14, dev), dev) & column(torch.rand(b, device=dev) < 0.4)
    return x * (~hole).float()


def augment(x):
    """uint8 [b, 3, 32, 32] -> changed and normalised float32 pictures; every picture draws its own changes."""
    return normalise(erase(recolour(move(x.float() / 255))))


def mix(x, y, order):
    """Mixes each picture with its partner x[order] and the label distributions y [b, 10] in the same ratio.

    A quarter of the pictures stays as it is, three eighths are blended (mixup, Zhang et al. 2018), three eighths get a
    rectangle of the partner (CutMix, Yun et al. 2019). Ratios are uniform and drawn per picture.
    """
    b, dev = x.shape[0], x.device
    kind, ratio = torch.rand(b, device=dev), torch.rand(b, device=dev)
    cut = box(b, 32 * (1 - ratio).sqrt(), dev)
    keep = torch.where(column(kind < 0.25), torch.ones((), device=dev),
                       torch.where(column(kind < 0.625), column(ratio), (~cut).float()))
    share = keep.expand(b, 1, 32, 32).mean((1, 2, 3)).view(b, 1)
    return keep * x + (1 - keep) * x[order], share * y + (1 - share) * y[order]
