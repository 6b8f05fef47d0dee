"""The transformer, named as Hugging Face's ViTForImageClassification on disk, and the network that guides it."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from pictures import LABELS, MEAN, STD

CONFIG = dict(
    architectures=['ViTForImageClassification'], model_type='vit', image_size=32, patch_size=4, num_channels=3,
    hidden_size=192, num_hidden_layers=12, num_attention_heads=3, intermediate_size=768, hidden_act='gelu',
    layer_norm_eps=1e-6, qkv_bias=True, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    id2label={str(i): n for i, n in enumerate(LABELS)}, label2id={n: i for i, n in enumerate(LABELS)},
    torch_dtype='float16')
PREPROCESSOR = dict(
    image_processor_type='ViTImageProcessor', do_resize=True, size=dict(height=32, width=32), do_rescale=True,
    rescale_factor=1 / 255, do_normalize=True, image_mean=MEAN, image_std=STD)


class Attention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, nn.Linear(d, 3 * d), nn.Linear(d, d)

    def forward(self, x):
        b, n, d = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)    # (b, h, n, d/h)
        return self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, d))


class Block(nn.Module):
    def __init__(self, d, heads, hidden):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(d, eps=1e-6), Attention(d, heads)
        self.norm2, self.up, self.down = nn.LayerNorm(d, eps=1e-6), nn.Linear(d, hidden), nn.Linear(hidden, d)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class ViT(nn.Module):
    """Vision Transformer (Dosovitskiy et al. 2021) of DeiT-Tiny's size (Touvron et al. 2021): 5.36 million parameters."""

    def __init__(self, c=CONFIG):
        super().__init__()
        d, tokens = c['hidden_size'], (c['image_size'] // c['patch_size']) ** 2 + 1
        self.patch = nn.Conv2d(3, d, c['patch_size'], c['patch_size'])
        self.cls = nn.Parameter(torch.zeros(1, 1, d))
        self.pos = nn.Parameter(torch.randn(1, tokens, d) * 0.02)
        self.blocks = nn.ModuleList(
            Block(d, c['num_attention_heads'], c['intermediate_size']) for _ in range(c['num_hidden_layers']))
        self.norm, self.head = nn.LayerNorm(d, eps=1e-6), nn.Linear(d, len(LABELS))
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.trunc_normal_(m.weight, std=0.02)
                nn.init.zeros_(m.bias)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)                                           # (b, 64, d)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1).to(x.dtype), x], 1) + self.pos.to(x.dtype)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


class Residual(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(),
            nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o))
        self.skip = nn.Sequential() if i == o and stride == 1 else nn.Sequential(
            nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o))

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


def guide(width):
    """ResNet-18 (He et al. 2016) for 32x32 pictures: 3x3 stem without pooling; `width` channels in the first stage."""
    stages, i = [], width
    for k, o in enumerate((width, 2 * width, 4 * width, 8 * width)):
        stages += [Residual(i, o, 1 if k == 0 else 2), Residual(o, o, 1)]
        i = o
    return nn.Sequential(
        nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(), *stages,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(i, len(LABELS)))


NAMES = {
    'patch': 'vit.embeddings.patch_embeddings.projection', 'norm': 'vit.layernorm', 'head': 'classifier',
    'norm1': 'layernorm_before', 'norm2': 'layernorm_after', 'attention.out': 'attention.output.dense',
    'up': 'intermediate.dense', 'down': 'output.dense'}
PROJECTIONS = [f'attention.attention.{n}' for n in ('query', 'key', 'value')]


def to_hugging_face(state):
    """Renames the ViT's tensors to ViTForImageClassification's names and halves their precision."""
    out = {'vit.embeddings.cls_token': state['cls'], 'vit.embeddings.position_embeddings': state['pos']}
    for key, tensor in state.items():
        part, _, leaf = key.rpartition('.')
        if part in NAMES:
            out[f'{NAMES[part]}.{leaf}'] = tensor
        elif part.startswith('blocks.'):
            _, i, rest = part.split('.', 2)
            pieces = zip(PROJECTIONS, tensor.chunk(3)) if rest == 'attention.qkv' else [(NAMES[rest], tensor)]
            out.update({f'vit.encoder.layer.{i}.{name}.{leaf}': piece for name, piece in pieces})
    return {k: v.detach().half().cpu().contiguous() for k, v in out.items()}


def from_hugging_face(entries):
    """The inverse: a state for ViT from a file's entries, in float32."""
    template, entries = ViT().state_dict(), {k: v.float() for k, v in entries.items()}
    state = {'cls': entries['vit.embeddings.cls_token'], 'pos': entries['vit.embeddings.position_embeddings']}
    for key in template:
        part, _, leaf = key.rpartition('.')
        if part in NAMES:
            state[key] = entries[f'{NAMES[part]}.{leaf}']
        elif part.startswith('blocks.'):
            _, i, rest = part.split('.', 2)
            names = PROJECTIONS if rest == 'attention.qkv' else [NAMES[rest]]
            state[key] = torch.cat([entries[f'vit.encoder.layer.{i}.{name}.{leaf}'] for name in names])
    return state
