"""Writes the reference values beside this file from PyTorch and torchvision (on the processor).

Run:   python test/golden/golden.py [topic ...]     topics: zoo forward complexity prune quantize vit; without one: all
Needs: pip install torch==2.13.0 numpy transformers safetensors; pip install --no-deps torchvision==0.28.0 ptflops fvcore

Weights are never stored: `fill` below derives every value from an integer hash, so any language
can rebuild the same model. For entry i of state_dict() (floating-point entries only are counted) and
element j (row-major, both from 0):
    h = imul32(j + 1, 0x9E3779B1) ^ imul32(i + 1 + 1000 * seed, 0x85EBCA77)
    h ^= h >>> 15;  h = imul32(h, 0x2C1B3C6D);  h ^= h >>> 12      (all unsigned 32-bit)
    u = h / 2**32                                                   (in [0, 1))
    see `value` for how u becomes a parameter.
"""
import json, math, os, sys
import numpy as np
import torch

# torchvision's wheel for GPUs registers kernels that a CPU build of torch does not know; none of them is needed here.
_library = torch.library.Library('torchvision', 'DEF')
_register = torch.library.register_fake
torch.library.register_fake = lambda name, *a, **k: (lambda f: f) if str(name).startswith('torchvision::') else _register(name, *a, **k)
import torchvision.models as models
torch.library.register_fake = _register

def uniform(n, i, seed=0):
    j = np.arange(1, n + 1, dtype=np.uint64)
    h = ((j * 0x9E3779B1) & 0xFFFFFFFF) ^ (((i + 1 + 1000 * seed) * 0x85EBCA77) & 0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * 0x2C1B3C6D) & 0xFFFFFFFF
    h ^= h >> np.uint64(12)
    return h.astype(np.float64) / 2**32

def value(name, shape, u):
    if name.endswith(('running_var',)) or (name.endswith('weight') and len(shape) == 1):
        return 0.5 + u                                   # normalisation scale and variance: [0.5, 1.5)
    if name.endswith('layer_scale'):
        return u                                         # [0, 1)
    if name.endswith(('class_token', 'pos_embedding', 'cls_token', 'position_embeddings')):
        return (u - 0.5) * 0.2
    if name.endswith('relative_position_bias_table'):
        return u - 0.5
    if len(shape) >= 2:
        fan_in = int(np.prod(shape[1:]))
        return (u - 0.5) * 2 * math.sqrt(3 / fan_in)     # uniform of variance 1 / fan_in
    return (u - 0.5) * 0.2                               # biases and running means

@torch.no_grad()
def fill(model, seed=0):
    i = 0
    for name, t in model.state_dict().items():
        if not t.is_floating_point():
            continue
        t.copy_(torch.from_numpy(value(name, tuple(t.shape), uniform(t.numel(), i, seed)).reshape(tuple(t.shape)).astype(np.float32)))
        i += 1
    return model.eval()

def pixels(shape, seed=0):
    n = int(np.prod(shape))
    return torch.from_numpy(((uniform(n, 0, seed + 7) - 0.5) * 2).reshape(shape).astype(np.float32))

class LeNet(torch.nn.Module):
    """conv1 1->6 (5x5, pad 2), conv2 6->16 (5x5), fc1 400->120, fc2 120->84, fc3 84->10; ReLU, 2x2 max pooling."""
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = torch.nn.Conv2d(6, 16, 5)
        self.fc1 = torch.nn.Linear(400, 120)
        self.fc2 = torch.nn.Linear(120, 84)
        self.fc3 = torch.nn.Linear(84, 10)
    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(x.flatten(1)))
        return self.fc3(torch.relu(self.fc2(x)))

def build(name):
    return LeNet() if name == 'lenet' else getattr(models, name)()

def save(out, name, obj):
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, name + '.json'), 'w') as f:
        json.dump(obj, f, indent=None, separators=(',', ':')); f.write('\n')
    print(name, os.path.getsize(os.path.join(out, name + '.json')), 'bytes', flush=True)

NAMES = ['lenet', 'resnet18', 'resnet50', 'mobilenet_v3_large', 'efficientnet_b0', 'efficientnet_v2_s', 'convnext_tiny', 'vit_b_16', 'swin_t']

def zoo(out):
    rows = []
    for name in models.list_models(module=models):
        for w in models.get_model_weights(name):
            m = w.meta
            rows.append(dict(model=name, weights=str(w).split('.')[-1], params=m['num_params'], gflops=m['_ops'], acc1=m['_metrics'].get('ImageNet-1K', {}).get('acc@1'),
                             acc5=m['_metrics'].get('ImageNet-1K', {}).get('acc@5'), fileSizeMB=m.get('_file_size'), minSize=m.get('min_size'),
                             cropSize=getattr(w.transforms.keywords.get('crop_size'), '__int__', lambda: None)() if hasattr(w.transforms, 'keywords') else None, url=w.url))
    save(out, 'torchvision-zoo', dict(source='torchvision 0.28 weight metadata; gflops counts one multiply-add as one', rows=rows))

def forward(out, names=NAMES, seed=0, tag='forward', size=224):
    res = {}
    for n in names:
        m = fill(build(n), seed)
        shape = (2, 1, 28, 28) if n == 'lenet' else (2, 3, size, size)
        with torch.no_grad():
            y = m(pixels(shape, seed)).double()
        res[n] = dict(input=list(shape), seed=seed, params=sum(p.numel() for p in m.parameters()),
                      entries=[[k, list(t.shape)] for k, t in m.state_dict().items() if t.is_floating_point()],
                      logits=[[round(v, 6) for v in r[:10].tolist()] for r in y], sum=float(y.sum()), norm=float(y.norm()), argmax=y.argmax(1).tolist())
        print(n, res[n]['norm'])
    save(out, tag, res)

def complexity(out, names=NAMES, tag='complexity', sizes=(224, 256)):
    from ptflops import get_model_complexity_info
    from fvcore.nn import FlopCountAnalysis
    import io, logging; logging.disable(logging.WARNING)
    res = {}
    for n in names:
        res[n] = []
        for s in ((28,) if n == 'lenet' else sizes):
            if n.startswith('vit') and s != 224: continue
            shape = (1, s, s) if n == 'lenet' else (3, s, s)
            row = dict(input=list(shape))
            for be in ('pytorch', 'aten'):
                macs, params = get_model_complexity_info(build(n), shape, as_strings=False, print_per_layer_stat=False, backend=be)
                row['ptflops_' + be] = int(macs); row['params'] = int(params)
            m = build(n).eval()
            f = FlopCountAnalysis(m, torch.randn(1, *shape)).unsupported_ops_warnings(False)
            row['fvcore'] = int(f.total()); row['fvcore_by_operator'] = {k: int(v) for k, v in f.by_operator().items()}
            if n in ('lenet', 'resnet18', 'swin_t'):
                row['fvcore_by_module'] = {k: int(v) for k, v in f.by_module().items()}
            res[n].append(row); print(n, row['ptflops_aten'])
    save(out, tag, res)

def prune(out, seed=0, tag='prune'):
    import torch.nn.utils.prune as P
    r = {}
    t = torch.from_numpy((uniform(24, 3, seed) - 0.5).astype(np.float32)).reshape(4, 6)
    lin = lambda: (lambda l: (l.weight.data.copy_(t), l.bias.data.copy_(torch.from_numpy((uniform(4, 4, seed) - .5).astype(np.float32))), l)[-1])(torch.nn.Linear(6, 4))
    r['weight'] = t.tolist(); r['bias'] = lin().bias.tolist()
    keys = lambda m: dict(parameters=[k for k, _ in m.named_parameters()], buffers=[k for k, _ in m.named_buffers()])
    def case(fn, rand=False):
        l = lin(); fn(l)
        o = keys(l)
        for nm in ('weight', 'bias'):
            if hasattr(l, nm + '_mask'):
                o[nm + '_mask_sum'] = int(getattr(l, nm + '_mask').sum())
                if not rand: o[nm + '_mask'] = getattr(l, nm + '_mask').int().tolist()
        return o
    r['l1'] = {str(a): case(lambda l: P.l1_unstructured(l, 'weight', a)) for a in (0.0, 0.1, 0.2, 0.3, 0.5, 0.9, 1.0, 5, 24)}
    r['random'] = {str(a): case(lambda l: P.random_unstructured(l, 'weight', a), True) for a in (0.1, 0.3, 0.35, 7)}
    r['l1_bias'] = case(lambda l: P.l1_unstructured(l, 'bias', 0.5))
    r['ln_structured'] = {f'n{n}_dim{d}_{a}': case(lambda l: P.ln_structured(l, 'weight', a, n, d)) for n in (1, 2, float('inf')) for d in (0, 1) for a in (0.3, 0.5, 1)}
    r['iterated_l1_0.3_then_0.5'] = case(lambda l: (P.l1_unstructured(l, 'weight', 0.3), P.l1_unstructured(l, 'weight', 0.5)))
    r['iterated_l1_0.3_then_ln_dim1_0.5'] = case(lambda l: (P.l1_unstructured(l, 'weight', 0.3), P.ln_structured(l, 'weight', 0.5, 2, 1)))
    r['removed'] = case(lambda l: (P.l1_unstructured(l, 'weight', 0.3), P.remove(l, 'weight')))
    net = fill(LeNet(), seed); tup = [(m, 'weight') for m in (net.conv1, net.conv2, net.fc1, net.fc2, net.fc3)]
    r['lenet_before'] = keys(net)
    P.global_unstructured(tup, pruning_method=P.L1Unstructured, amount=0.2)
    r['lenet_global_0.2'] = dict(keys(net), zeros={n: int((getattr(net, n).weight == 0).sum()) for n in ('conv1', 'conv2', 'fc1', 'fc2', 'fc3')}, total=sum(p.numel() for m, _ in tup for p in [m.weight]))
    with torch.no_grad(): r['lenet_global_0.2']['logits'] = net(pixels((2, 1, 28, 28), seed)).tolist()
    net = fill(LeNet(), seed)
    for m in net.modules():
        if isinstance(m, torch.nn.Conv2d): P.l1_unstructured(m, 'weight', 0.2)
        elif isinstance(m, torch.nn.Linear): P.random_unstructured(m, 'weight', 0.4)
    r['lenet_by_type'] = dict(keys(net), zeros={n: int((getattr(net, n).weight_mask == 0).sum()) for n in ('conv1', 'conv2', 'fc1', 'fc2', 'fc3')})
    err = {}
    for nm, fn in dict(amount_above_one=lambda: P.l1_unstructured(lin(), 'weight', 1.5), amount_negative=lambda: P.l1_unstructured(lin(), 'weight', -1), amount_more_than_size=lambda: P.l1_unstructured(lin(), 'weight', 25), not_pruned=lambda: P.remove(lin(), 'weight'), no_such_name=lambda: P.l1_unstructured(lin(), 'wieght', 0.2), bad_dim=lambda: P.ln_structured(lin(), 'weight', 0.5, 2, 5)).items():
        try: fn(); err[nm] = None
        except Exception as e: err[nm] = type(e).__name__ + ': ' + str(e)
    r['errors'] = err
    save(out, tag, r)

def quantize(out, seed=0, tag='quantize'):
    from torch.ao.quantization import observer as O
    r = {}
    x = torch.from_numpy(((uniform(40, 5, seed) - 0.4) * 6).astype(np.float32)).reshape(5, 8)
    x[0, 0], x[0, 1], x[0, 2], x[0, 3] = 0.05, 0.15, -0.25, 100.0
    r['x'] = x.tolist(); r['per_tensor'] = []
    for s, z, d in ((0.1, 0, torch.qint8), (0.1, 10, torch.quint8), (0.05, 128, torch.quint8), (0.02, -5, torch.qint8), (0.001, 7, torch.qint32), (1.0, 0, torch.qint8)):
        q = torch.quantize_per_tensor(x, s, z, d)
        r['per_tensor'].append(dict(scale=s, zeroPoint=z, dtype=str(d)[6:], int=q.int_repr().tolist(), dequantized=q.dequantize().tolist()))
    q = torch.quantize_per_channel(x, torch.tensor([.1, .02, .05, .3, 1.]), torch.tensor([0, 3, -2, 10, 0]), 0, torch.qint8)
    r['per_channel'] = dict(axis=0, scales=q.q_per_channel_scales().tolist(), zeroPoints=q.q_per_channel_zero_points().tolist(), int=q.int_repr().tolist(), dequantized=q.dequantize().tolist())
    ob = {}
    batches = [x, x * 0.5 + 1, -x]
    r['observer_batches'] = [b.tolist() for b in batches]
    for nm, o in dict(minmax_quint8=O.MinMaxObserver(dtype=torch.quint8, qscheme=torch.per_tensor_affine), minmax_quint8_reduced=O.MinMaxObserver(dtype=torch.quint8, reduce_range=True), minmax_qint8_symmetric=O.MinMaxObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric), moving_average_quint8=O.MovingAverageMinMaxObserver(dtype=torch.quint8, averaging_constant=0.01), histogram_quint8=O.HistogramObserver(dtype=torch.quint8), per_channel_qint8_symmetric=O.PerChannelMinMaxObserver(ch_axis=0, dtype=torch.qint8, qscheme=torch.per_channel_symmetric)).items():
        for b in batches: o(b)
        s, z = o.calculate_qparams()
        ob[nm] = dict(scale=s.tolist(), zeroPoint=z.tolist())
    r['observers'] = ob
    fq = torch.fake_quantize_per_tensor_affine(x, 0.1, 10, 0, 255); xg = x.clone().requires_grad_(True)
    torch.fake_quantize_per_tensor_affine(xg, 0.1, 10, 0, 255).sum().backward()
    r['fake_quantize'] = dict(scale=0.1, zeroPoint=10, min=0, max=255, y=fq.tolist(), grad=xg.grad.tolist())
    save(out, tag, r)

def vit(out, seed=0, tag='hf-vit'):
    """Logits of a small Hugging Face ViT; `files` also writes it as a checkpoint folder (config.json, model.safetensors)."""
    import tempfile
    from safetensors.torch import load_file
    from transformers import ViTConfig, ViTForImageClassification
    cfg = dict(image_size=32, patch_size=4, num_channels=3, hidden_size=48, num_hidden_layers=3, num_attention_heads=3, intermediate_size=96, num_labels=10, hidden_act='gelu', layer_norm_eps=1e-12, qkv_bias=True)
    m = fill(ViTForImageClassification(ViTConfig(**cfg)), seed)
    folder = os.path.join(out, tag); m.save_pretrained(folder)
    with torch.no_grad(): y = m(pixel_values=pixels((3, 3, 32, 32), seed)).logits
    saved = load_file(os.path.join(folder, 'model.safetensors'))
    save(out, tag, dict(seed=seed, input=[3, 3, 32, 32], entries=[[k, list(t.shape)] for k, t in saved.items()], logits=y.tolist()))

if __name__ == '__main__':
    out = os.path.dirname(os.path.abspath(__file__))
    for topic in sys.argv[1:] or ['zoo', 'forward', 'complexity', 'prune', 'quantize', 'vit']:
        globals()[topic](out)
