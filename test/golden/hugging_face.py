"""Writes hugging-face.json, dtypes.safetensors and dtypes.json beside this file.

hugging-face.json: logits of 30 small ViTs of Hugging Face's transformers, drawn from a seeded generator over what a
config.json may say, with entries beside the network's own in some of the files, and what transformers ignored of them.
Weights and pictures are hashes of names and indices, so that a program in another language makes them as well.
dtypes: a file with every type of number that safetensors has, and the bits of its values as torch widens them.

Run:  pip install torch==2.13.0 transformers==5.24.0 safetensors numpy;  python hugging_face.py
"""
import json, os, random, tempfile, warnings
os.environ['HF_HUB_OFFLINE'] = '1'
warnings.simplefilter('ignore')
import numpy as np, torch, transformers
from safetensors.torch import save_file
from transformers import ViTForImageClassification
from hashed import hashed
transformers.logging.set_verbosity_error()

HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(14)


def weight(name, shape):
    """Normalisation weights around 1, all else small enough that activations stay where they bend."""
    scale = 1 if len(shape) < 2 else 4 / np.sqrt(np.prod(shape[1:]))
    offset = 1 if 'layernorm' in name and name.endswith('weight') else 0
    return torch.from_numpy(hashed(int(np.prod(shape)), name).reshape(shape) * np.float32(scale) + np.float32(offset))


def pair(x): return x if isinstance(x, list) else [x, x]


def shapes(c, labels):
    H, I, (h, w), (p, q) = c['hidden_size'], c['intermediate_size'], pair(c['image_size']), pair(c['patch_size'])
    out = {'vit.embeddings.cls_token': [1, 1, H], 'vit.embeddings.position_embeddings': [1, (h // p) * (w // q) + 1, H],
           'vit.embeddings.patch_embeddings.projection.weight': [H, c['num_channels'], p, q], 'vit.embeddings.patch_embeddings.projection.bias': [H]}
    for l in range(c['num_hidden_layers']):
        at = f'vit.encoder.layer.{l}.'
        for n in ('query', 'key', 'value'):
            out[f'{at}attention.attention.{n}.weight'] = [H, H]
            if c.get('qkv_bias', True): out[f'{at}attention.attention.{n}.bias'] = [H]
        for n, s in (('attention.output.dense', [H, H]), ('intermediate.dense', [I, H]), ('output.dense', [H, I])):
            out[f'{at}{n}.weight'], out[f'{at}{n}.bias'] = s, s[:1]
        for n in ('layernorm_before', 'layernorm_after'):
            out[f'{at}{n}.weight'] = out[f'{at}{n}.bias'] = [H]
    for n in ('weight', 'bias'): out['vit.layernorm.' + n] = [H]
    out['classifier.weight'], out['classifier.bias'] = [labels, H], [labels]
    return out


ACTIVATIONS = ['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'quick_gelu', 'silu', 'relu', 'gelu_fast', 'gelu_accurate', 'gelu_python', 'gelu_python_tanh',
               'swish', 'relu6', 'sigmoid', 'tanh', 'hardswish', 'linear']


def config_of(i):
    heads = rng.choice([1, 2, 4])
    p, q = rng.randint(2, 5), rng.randint(2, 5)
    if rng.random() < 0.6: q = p
    h, w = p * rng.randint(1, 3) + rng.randint(0, 1), q * rng.randint(1, 3)
    if rng.random() < 0.5: h = w
    names = rng.choice([{'0': 'a', '1': 'b', '2': 'c'}, {'0': 'a', '2': 'b', '3': 'c'}, {'0': 0, '1': 1}, {'1': 'only'}, None])
    c = dict(model_type='vit', image_size=h if h == w and rng.random() < 0.7 else [h, w], patch_size=p if p == q and rng.random() < 0.7 else [p, q],
             hidden_size=heads * rng.randint(1, 4), num_hidden_layers=rng.randint(1, 3), num_attention_heads=heads,
             intermediate_size=rng.randint(1, 20), num_channels=rng.choice([1, 3, 3, 4]), hidden_act=ACTIVATIONS[i % len(ACTIVATIONS)])
    if names: c['id2label'] = names
    if rng.random() < 0.3: c['qkv_bias'] = rng.random() < 0.3
    if rng.random() < 0.5: c['layer_norm_eps'] = rng.choice([1e-12, 1e-6, 1e-3])
    return c, len(names) if names else 2


cases = []
for i in range(30):
    config, labels = config_of(i)
    H = config['hidden_size']
    extra = {n: s for n, s in {'vit.pooler.dense.weight': ['F32', H, H], 'vit.embeddings.mask_token': ['F32', 1, 1, H], 'vit.embeddings.position_ids': ['I64', 1, 5],
                               'vit.unused': ['F32', 0], 'decoder.0.weight': ['F32', 3], 'vit.scale': ['F8_E4M3', 4]}.items() if rng.random() < 0.3}
    tensors = {n: weight(n, s) for n, s in shapes(config, labels).items()}
    torches = {'F32': torch.float32, 'I64': torch.int64, 'F8_E4M3': torch.float8_e4m3fn}
    tensors.update({n: torch.ones(s[1:]).to(torches[s[0]]) for n, s in extra.items()})
    with tempfile.TemporaryDirectory() as folder:
        save_file(tensors, folder + '/model.safetensors', {'format': 'pt'})
        json.dump(config, open(folder + '/config.json', 'w'))
        net, info = ViTForImageClassification.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
    assert not info['missing_keys'] and not info['mismatched_keys'], info
    (h, w), channels = pair(config['image_size']), config['num_channels']
    x = 2 * hashed(2 * h * w * channels, 'pixels').reshape(2, h, w, channels)
    with torch.no_grad():
        logits = net.eval().double()(torch.from_numpy(x).permute(0, 3, 1, 2).double()).logits
    cases.append(dict(config=config, extra=extra, ignored=sorted(info['unexpected_keys']), logits=logits.tolist()))

with open(os.path.join(HERE, 'hugging-face.json'), 'w') as f:
    json.dump(dict(source=f'transformers {transformers.__version__}, torch {torch.__version__}, by hugging_face.py', cases=cases), f, separators=(',', ':'))
    f.write('\n')

# Every type of number, whole ranges where they are small, else what is easily read wrong.
doubles = [0.0, -0.0, 1.1, -1 / 3, 1e-300, 5e-324, 3.4028235677973366e38, 1.0000000596046448, 1.17549435e-38, 7e-46, float('inf'), float('-inf'), float('nan')]
ints = lambda dtype: [torch.iinfo(dtype).min, -1 if torch.iinfo(dtype).min < 0 else 1, 0, 1, torch.iinfo(dtype).max]
halves = torch.from_numpy((np.arange(0, 65536, 37)).astype(np.uint16).view(np.int16))
tensors = dict(f64=torch.tensor(doubles, dtype=torch.float64), f32=torch.tensor(doubles[:-1], dtype=torch.float32), f16=halves.view(torch.float16),
               bf16=halves.clone().view(torch.bfloat16), f8_e4m3=torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn),
               f8_e5m2=torch.arange(256, dtype=torch.uint8).view(torch.float8_e5m2), i64=torch.tensor([-2**31, -1, 0, 1, 2**31 - 1]), i64_large=torch.tensor(ints(torch.int64)),
               bool=torch.tensor([True, False, True]), scalar=torch.tensor(2.5), empty=torch.zeros(0, 3))
for dtype in (torch.int32, torch.int16, torch.int8, torch.uint8, torch.uint16):
    tensors[str(dtype)[6:]] = torch.tensor(ints(dtype), dtype=dtype)
save_file(tensors, os.path.join(HERE, 'dtypes.safetensors'), {'format': 'pt'})
values = {n: t.float().view(torch.int32).flatten().tolist() if t.is_floating_point() else [str(int(v)) for v in t.flatten()] for n, t in tensors.items()}
with open(os.path.join(HERE, 'dtypes.json'), 'w') as f:
    json.dump(dict(source=f'torch {torch.__version__}, by hugging_face.py; floats as the bits of float32, integers as texts', values=values), f, separators=(',', ':'))
    f.write('\n')
print(len(cases), {k: len(v) for k, v in values.items()})
