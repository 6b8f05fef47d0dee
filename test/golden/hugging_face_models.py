"""Writes hugging-face-models.json beside this file: logits of small random networks of Hugging Face's transformers.

Settings are drawn from a seeded generator over what a config.json may say. Weights are hashes of the names that a saved
file has, pictures and token numbers of 'pixels' and 'tokens' (see hugging_face.py), so that a program in another language
makes them as well; the names themselves are stored as a tree, with the shapes as leaves.

Run:  pip install torch==2.13.0 transformers==5.24.0 safetensors numpy;  python hugging_face_models.py
"""
import json, os, random, tempfile, warnings
os.environ['HF_HUB_OFFLINE'] = '1'
warnings.simplefilter('ignore')
import numpy as np, torch, transformers as T
from safetensors.torch import load_file, save_file
from hashed import hashed
T.logging.set_verbosity_error()
T.logging.disable_progress_bar()

HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(7)


def value(name, t):
    """Variances and factors of normalisations around 1, all else small enough that activations stay where they bend."""
    if not t.is_floating_point(): return t
    v, shape = hashed(t.numel(), name), tuple(t.shape)
    if len(shape) < 2: v = v + np.float32(1) if name.endswith(('running_var', 'weight')) else v
    else: v = v * np.float32(4 / np.sqrt(np.prod(shape[1:])))
    return torch.from_numpy(v.reshape(shape))


ACTIVATIONS = ['gelu', 'gelu_new', 'relu', 'silu', 'tanh', 'quick_gelu', 'gelu_pytorch_tanh']
some = lambda **choices: {k: rng.choice(v) for k, v in choices.items() if rng.random() < 0.6}


def text(layers, heads, width, inner, act):
    h = rng.choice([1, 2, 3])
    return {layers: rng.randint(1, 3), heads: h, width: 4 * h * rng.randint(1, 2), inner: rng.randint(5, 20), act: rng.choice(ACTIVATIONS),
            'vocab_size': rng.randint(20, 50), 'max_position_embeddings': rng.randint(9, 20), 'num_labels': rng.randint(1, 4)}


def bert():
    return dict(text('num_hidden_layers', 'num_attention_heads', 'hidden_size', 'intermediate_size', 'hidden_act'),
                **some(type_vocab_size=[1, 3], layer_norm_eps=[1e-5, 1e-3], pad_token_id=[3], classifier_dropout=[0.3], problem_type=['regression', 'multi_label_classification']))


def distilbert():
    return dict(text('n_layers', 'n_heads', 'dim', 'hidden_dim', 'activation'), **some(sinusoidal_pos_embds=[True], pad_token_id=[5], seq_classif_dropout=[0.4]))


def stages(n, width, step):
    return [width * 2**i + step * i for i in range(n)], [rng.randint(1, 2) for _ in range(n)]


def resnet():
    kind = rng.choice(['basic', 'bottleneck'])
    sizes, depths = stages(rng.randint(2, 4), 8, 4)
    return dict(layer_type=kind, hidden_sizes=sizes, depths=depths, embedding_size=rng.choice([4, 8]), num_labels=rng.randint(2, 4),
                **some(hidden_act=['relu', 'gelu', 'silu'], downsample_in_first_stage=[True], downsample_in_bottleneck=[True], num_channels=[1, 3]))


def convnext():
    n = rng.randint(2, 4)
    sizes, depths = stages(n, 6, 2)
    return dict(hidden_sizes=sizes, depths=depths, num_stages=n, num_labels=3, image_size=rng.choice([32, 40]),
                **some(hidden_act=ACTIVATIONS, layer_norm_eps=[1e-6, 1e-2], layer_scale_init_value=[0.0, 1e-6], patch_size=[2, 4], drop_path_rate=[0.2], num_channels=[4]))


def swin():
    n, window = rng.randint(1, 3), rng.choice([2, 3, 4])
    heads = [2**i for i in range(n)]
    height, width = rng.choice([(32, 32), (36, 36), (32, 48), (40, 28)])
    if min(height, width) // 4 // 2 ** (n - 1) < window: window = 2
    return dict(image_size=height if height == width else [height, width], patch_size=rng.choice([4, 4, [2, 4]]) if n > 1 else 4, embed_dim=8, depths=[2] + [rng.randint(1, 3) for _ in range(n - 1)],
                num_heads=heads, window_size=window, num_labels=3,
                **some(mlp_ratio=[2.0, 1.5], qkv_bias=[False], hidden_act=ACTIVATIONS, layer_norm_eps=[1e-3], use_absolute_embeddings=[True], drop_path_rate=[0.0, 0.3], num_channels=[1]))


def deit():
    heads = rng.choice([1, 2])
    return dict(image_size=rng.choice([8, 12, [8, 12]]), patch_size=4, hidden_size=heads * 6, num_hidden_layers=rng.randint(1, 2), num_attention_heads=heads, intermediate_size=10, num_labels=3,
                **some(qkv_bias=[False], hidden_act=ACTIVATIONS, layer_norm_eps=[1e-3], num_channels=[1]))


def mobilenet():
    return dict(depth_multiplier=rng.choice([0.1, 0.2, 0.25]), image_size=rng.choice([32, 33, 45]), num_labels=3, depth_divisible_by=rng.choice([4, 8]), min_depth=rng.choice([4, 8]),
                expand_ratio=rng.choice([1.5, 2.0, 3]), **some(tf_padding=[False], finegrained_output=[False], first_layer_is_expansion=[False], output_stride=[8, 16], hidden_act=['relu', 'silu'], layer_norm_eps=[1e-2]))


KINDS = [(T.BertForSequenceClassification, T.BertConfig, bert, 6), (T.DistilBertForSequenceClassification, T.DistilBertConfig, distilbert, 5),
         (T.ResNetForImageClassification, T.ResNetConfig, resnet, 6), (T.ConvNextForImageClassification, T.ConvNextConfig, convnext, 5),
         (T.SwinForImageClassification, T.SwinConfig, swin, 8), (T.DeiTForImageClassification, T.DeiTConfig, deit, 3),
         (T.DeiTForImageClassificationWithTeacher, T.DeiTConfig, deit, 3), (T.MobileNetV2ForImageClassification, T.MobileNetV2Config, mobilenet, 5)]
pair = lambda x: x if isinstance(x, (list, tuple)) else [x, x]


def inputs(config):
    if 'vocab_size' not in config.to_dict():
        shape = [2, *pair(getattr(config, 'image_size', 40)), config.num_channels]
        x = 2 * hashed(int(np.prod(shape)), 'pixels').reshape(shape)
        return dict(pixel_values=torch.from_numpy(x).permute(0, 3, 1, 2).double()), dict(pixels=shape)
    tokens = rng.randint(2, config.max_position_embeddings)
    draw = lambda below, name: torch.from_numpy(((hashed(2 * tokens, name).astype(np.float64) + 0.5) * below).astype(np.int64).reshape(2, tokens))
    given = dict(input_ids=draw(config.vocab_size, 'tokens'))
    if rng.random() < 0.7: given['attention_mask'] = torch.tensor([[1] * tokens, [1] * (tokens - tokens // 3) + [0] * (tokens // 3)])
    if config.model_type == 'bert' and rng.random() < 0.7: given['token_type_ids'] = draw(config.type_vocab_size, 'types')
    return given, {k: v.tolist() for k, v in given.items()}


def tree(entries):
    root = {}
    for name, t in entries.items():
        *path, last = name.split('.')
        at = root
        for step in path: at = at.setdefault(step, {})
        at[last] = [*t.shape] if t.is_floating_point() else ['I64', *t.shape]
    return root


cases = []
for kind, configure, draw, count in KINDS:
    for _ in range(count):
        said = draw()
        with tempfile.TemporaryDirectory() as folder:
            kind(configure(**said)).save_pretrained(folder)
            entries = load_file(folder + '/model.safetensors')
            save_file({n: value(n, t) for n, t in entries.items()}, folder + '/model.safetensors', {'format': 'pt'})
            net, info = kind.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
            with open(folder + '/config.json') as f: whole = json.load(f)
        assert not any(info[k] for k in ('missing_keys', 'mismatched_keys', 'unexpected_keys')), info
        given, stored = inputs(net.config)
        with torch.no_grad(): logits = net.eval().double()(**given).logits
        # Half of the configs hold only what was said, for the defaults.
        config = whole if rng.random() < 0.5 else dict({k: v for k, v in said.items() if k != 'num_labels'}, model_type=whole['model_type'], architectures=whole['architectures'],
                                                      **(dict(num_labels=said['num_labels']) if said['num_labels'] != 2 else {}))
        for k in ('label2id', 'transformers_version', 'initializer_range', 'dtype'): config.pop(k, None)
        cases.append(dict(kind=kind.__name__, config=config, **stored, entries=tree(entries), parameters=sum(p.numel() for p in net.parameters()), logits=[[float(f'{v:.7g}') for v in row] for row in logits.tolist()]))

with open(os.path.join(HERE, 'hugging-face-models.json'), 'w') as f:
    json.dump(dict(source=f'transformers {T.__version__}, torch {torch.__version__}, by hugging_face_models.py', cases=cases), f, separators=(',', ':'))
    f.write('\n')
print(len(cases), os.path.getsize(os.path.join(HERE, 'hugging-face-models.json')))
