"""Writes any-network.json beside this file: what PyTorch computes for 50 random networks of test/any-network, which
test/any-network/torch-programs.ts writes out as PyTorch programs.

Weights, pictures and directions are integer hashes of positions, so that a program in another language makes them as
well: see test/any-network/reference.ts. Values are those of float32.

Run, from the project's folder:  pip install torch==2.13.0 numpy;  python test/golden/any-network.py
"""
import copy, json, math, os, subprocess, sys, warnings
import numpy as np, torch
from torch import nn
from torch.nn.utils import prune
warnings.simplefilter('ignore')
from torch.ao.quantization import observer

HERE = os.path.dirname(os.path.abspath(__file__))
# These seeds have every kind of part, holder and activation.
FIRST, COUNT, BATCH = 1772, 50, 3
# Entries and seed of the hash that are not parameters.
DEAD, INPUT, DIRECTION = 500, 999, 900
torch.set_num_threads(1)


def spread(count, entry, seed, low, high):
    """Values of a hash in [low, high), float32."""
    j = np.arange(1, count + 1, dtype=np.uint64)
    h = ((j * 0x9E3779B1) & 0xFFFFFFFF) ^ (((entry + 1 + 1000 * seed) * 0x85EBCA77) & 0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * 0x2C1B3C6D) & 0xFFFFFFFF
    h ^= h >> np.uint64(12)
    return torch.from_numpy(((h.astype(np.float64) / 2**32 + low / (high - low)) * (high - low)).astype(np.float32))


def span(name, shape, scale):
    """Smallest and largest value of an entry."""
    factor = dict(ordinary=1, large=30, small=1e-3)[scale]
    if name.endswith('running_var'): return 0.3, 1.8
    if name.endswith('running_mean'): return -0.4, 0.6
    if len(shape) == 1: return (0.4, 1.6) if name.endswith(('weight', 'scale')) else (-0.5 * factor, 0.6 * factor)
    bound = factor * 1.6 / math.sqrt(math.prod(shape[1:]))
    return -bound, 1.1 * bound


@torch.no_grad()
def fill(net, seed, scale, dead, **_):
    """Every tensor once, by the first of its names; some output channels are zero."""
    seen = []
    for name, entry in net.state_dict(keep_vars=True).items():
        if not entry.is_floating_point() or any(entry is other for other in seen): continue
        value = spread(entry.numel(), len(seen), seed, *span(name, entry.shape, scale)).reshape(entry.shape)
        if 'running' not in name: value[spread(len(entry), DEAD + len(seen), seed, 0, 1) < dead] = 0
        entry.copy_(value)
        seen.append(entry)
    return net.eval()


def weights(net):
    """Weights of convolutions and dense layers, each once, by name."""
    found = {}
    for path, module in net.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)) and not any(module.weight is m.weight for m in found.values()):
            found[f'{path}.weight' if path else 'weight'] = module
    return found


def digits(x): return [float(f'{v:.7g}') for v in x.double().flatten().tolist()]
def exact(x): return [float(str(v)) for v in x.detach().flatten().numpy().astype(np.float32)]
def integers(q): return q.int_repr().numpy().tobytes().hex()


def gradients(net, x):
    """Of a random direction of the output, by the input and by parameters: norm, product with a random direction, and
    all values where they are few."""
    x = x.clone().requires_grad_()
    y = net(x)
    (y * spread(y.numel(), 0, DIRECTION, -0.5, 0.5).reshape(y.shape)).sum().backward()
    found = {}
    for i, (name, p) in enumerate([('input', x), *net.named_parameters()]):
        g = (torch.zeros_like(p) if p.grad is None else p.grad).double()
        along = (g.flatten() * spread(g.numel(), 1 + i, DIRECTION, -0.5, 0.5)).sum()
        found[name] = digits(torch.stack([g.norm(), along])) + (digits(g) if g.numel() <= 16 else [])
    return found


def pruned(net, x):
    """Masks of the smallest 30 % of all weights, and what the network gives then."""
    net = copy.deepcopy(net)
    modules = weights(net)
    if sum(m.weight.numel() for m in modules.values()) < 4: return None
    prune.global_unstructured([(m, 'weight') for m in modules.values()], pruning_method=prune.L1Unstructured, amount=0.3)
    masks = {name: ''.join(str(int(v)) for v in m.weight_mask.flatten().tolist()) for name, m in modules.items()}
    return dict(masks=masks, state=list(net.state_dict()), output=exact(net(x)))


def quantized_weight(w):
    per_tensor = observer.MinMaxObserver(dtype=torch.quint8, qscheme=torch.per_tensor_affine)
    per_channel = observer.PerChannelMinMaxObserver(ch_axis=0, dtype=torch.qint8, qscheme=torch.per_channel_symmetric)
    w = w.detach()
    per_tensor(w), per_channel(w)
    (scale, zero), (scales, zeros) = per_tensor.calculate_qparams(), per_channel.calculate_qparams()
    return dict(scale=exact(scale)[0], zeroPoint=int(zero), scales=exact(scales),
                perTensor=integers(torch.quantize_per_tensor(w, float(scale), int(zero), torch.quint8)),
                perChannel=integers(torch.quantize_per_channel(w, scales, zeros, 0, torch.qint8)))


def quantized_output(y):
    """What observers propose that see one result after the other, and the whole in these integers."""
    found = {}
    y = y.detach()
    for name, o in dict(minMax=observer.MinMaxObserver(dtype=torch.quint8), average=observer.MovingAverageMinMaxObserver(
            dtype=torch.qint8, averaging_constant=0.1), histogram=observer.HistogramObserver(dtype=torch.quint8)).items():
        for one in y: o(one)
        scale, zero = o.calculate_qparams()
        low, high, dtype = (-128, 127, torch.qint8) if name == 'average' else (0, 255, torch.quint8)
        faked = torch.fake_quantize_per_tensor_affine(y, float(scale), int(zero), low, high)
        found[name] = dict(scale=exact(scale)[0], zeroPoint=int(zero), faked=digits(faked.double().sum())[0],
                           integers=integers(torch.quantize_per_tensor(y, float(scale), int(zero), dtype)))
    return found


def reference(build, spec):
    net = fill(build(), **spec)
    shape = (BATCH, *spec['input'])
    x = spread(math.prod(shape), INPUT, spec['seed'], -1.1, 1.3).reshape(shape)
    y = net(x)
    return dict(spec=spec, parameters=[name for name, _ in net.named_parameters()], state=list(net.state_dict()),
                shape=list(y.shape), output=exact(y), gradients=gradients(net, x), pruned=pruned(net, x),
                weights={name: quantized_weight(m.weight) for name, m in weights(net).items()},
                activations=quantized_output(y))


def main():
    command = ['node', '--import', 'tsx', 'test/any-network/torch-programs.ts', f'--seed={FIRST}', f'--count={COUNT}']
    program = subprocess.run(command, cwd=os.path.join(HERE, '..', '..'), check=True, stdout=subprocess.PIPE, text=True).stdout
    sys.path.insert(0, HERE)
    names = {}
    exec(compile(program, 'programs.py', 'exec'), names)
    lines = [json.dumps(reference(build, json.loads(spec)), separators=(',', ':')) for build, spec in names['NETWORKS']]
    with open(os.path.join(HERE, 'any-network.json'), 'w') as file:
        file.write('[\n' + ',\n'.join(lines) + '\n]\n')


main()
