"""Writes preprocess.json beside this file: pictures prepared by the image processors of Hugging Face's transformers.

60 configurations drawn from a seeded generator over everything that such a file may say, each with the picture that it
was given and a sample of what came out; and the sizes that pictures of all shapes are resized to.

Run:  pip install torch==2.13.0 transformers==5.24.0 pillow numpy (without torchvision: its nearest-neighbour and its
padding differ from Pillow's by a pixel);  python preprocess.py
"""
import json, os, random, warnings
os.environ['HF_HUB_OFFLINE'] = '1'
warnings.simplefilter('ignore')
import numpy as np, PIL, transformers
from PIL import Image
from transformers import (BitImageProcessorPil, BlipImageProcessorPil, CLIPImageProcessorPil, ConvNextImageProcessorPil, DeiTImageProcessorPil,
                          MobileNetV1ImageProcessorPil, MobileNetV2ImageProcessorPil, PvtImageProcessorPil, SiglipImageProcessorPil, ViTImageProcessorPil)

HERE = os.path.dirname(os.path.abspath(__file__))
CLASSES = {c.__name__[:-3]: c for c in (ViTImageProcessorPil, DeiTImageProcessorPil, CLIPImageProcessorPil, BitImageProcessorPil,
                                        SiglipImageProcessorPil, PvtImageProcessorPil, MobileNetV1ImageProcessorPil, BlipImageProcessorPil)}
rng = random.Random(12)


def picture(height, width, channels):
    """Pixels that a program in another language makes as well: a hash of the index."""
    i = np.arange(height * width * channels, dtype=np.uint64)
    h = (i * 2654435761 + 12345) & 0xFFFFFFFF
    h ^= h >> 15
    h = (h * 739982445) & 0xFFFFFFFF
    return ((h >> 12) & 255).astype(np.uint8).reshape(height, width, channels)


def size_of():
    h, w = rng.randint(1, 40), rng.randint(1, 40)
    return rng.choice([h, [h, w], dict(height=h, width=w), dict(height=h, width=w), dict(shortest_edge=h),
                       dict(shortest_edge=h, longest_edge=h + rng.randint(1, 20)), dict(max_height=h + 4, max_width=w + 4)])


def crop_of():
    h, w = rng.randint(1, 34), rng.randint(1, 34)
    return rng.choice([h, [h, w], dict(height=h, width=w)])


def config_of():
    c = {}
    kind = rng.choice([None, 'image_processor_type', 'image_processor_type', 'feature_extractor_type'])
    name = 'ViTImageProcessor'
    if kind:
        name = rng.choice(list(CLASSES))
        c[kind] = name.replace('ImageProcessor', 'FeatureExtractor') if kind[0] == 'f' else name + rng.choice(['', 'Fast'])
    if rng.random() < 0.9: c['do_resize'] = rng.random() < 0.8
    c['size'] = size_of()
    if rng.random() < 0.85: c['resample'] = rng.randint(0, 5) if rng.random() < 0.2 else rng.randint(0, 3)
    c['do_center_crop'] = rng.random() < 0.5
    c['crop_size'] = crop_of()
    if rng.random() < 0.6: c['do_rescale'] = rng.random() < 0.7
    if rng.random() < 0.4: c['rescale_factor'] = rng.choice([1 / 255, 1 / 127.5, 1 / 256, 0.0078, 1.0])
    if rng.random() < 0.6: c['do_normalize'] = rng.random() < 0.6
    if rng.random() < 0.6: c['image_mean'] = rng.choice([[0.485, 0.456, 0.406], [0.5, 0.4, 0.3], 0.25, [0.0, 0.0, 0.0]])
    if rng.random() < 0.6: c['image_std'] = rng.choice([[0.229, 0.224, 0.225], [0.5, 0.25, 0.2], 0.5, [1.0, 1.0, 1.0]])
    if rng.random() < 0.15: c[rng.choice(['do_resize', 'do_rescale', 'image_mean', 'resample', 'rescale_factor'])] = None
    return c, name


def values(c, name, pixels):
    kwargs = {k: v for k, v in c.items() if not k.endswith('_type')}
    out = np.asarray(CLASSES[name](**kwargs)(Image.fromarray(pixels), return_tensors='np')['pixel_values'])[0]
    return np.moveaxis(out, 0, -1)


def sample(array):
    """At most 60 values, evenly spread and the last one, so that the file stays small."""
    flat = array.reshape(-1)
    at = sorted({int(i) for i in np.linspace(0, len(flat) - 1, 60)})
    return dict(shape=list(array.shape), at=at, values=[float(np.float32(v)) for v in flat[at]])


cases = []
while len(cases) < 60:
    config, name = config_of()
    height, width = rng.randint(2, 48), rng.randint(2, 48)
    try:
        out = values(config, name, picture(height, width, 3))
    except Exception as error:
        print('left out:', config, repr(error)[:100])
        continue
    cases.append(dict(config=config, picture=[height, width, 3], **sample(out)))

# Files of networks that this library loads: old and new names, none at all, edges of crop_pct's rule.
drawn, other = rng, random.Random(14)
rng = other
NETWORKS = dict(vit='ViTImageProcessor', swin='ViTImageProcessor', deit='DeiTImageProcessor', resnet='ConvNextImageProcessor',
                convnext='ConvNextImageProcessor', mobilenet_v2='MobileNetV2ImageProcessor')
CLASSES.update({c.__name__[:-3]: c for c in (ConvNextImageProcessorPil, MobileNetV2ImageProcessorPil)})
networks = []
while len(networks) < 48:
    model = rng.choice(list(NETWORKS))
    name = NETWORKS[model]
    c = {}
    kind = rng.choice([None, 'image_processor_type', 'feature_extractor_type'])
    if kind: c[kind] = name.replace('ImageProcessor', 'FeatureExtractor') if kind[0] == 'f' else name + rng.choice(['', 'Fast', 'Pil'])
    if name == 'ConvNextImageProcessor':
        edge = rng.choice([rng.randint(5, 40), 383, 384])
        c['size'] = rng.choice([edge, dict(shortest_edge=edge)])
        if rng.random() < 0.7: c['crop_pct'] = rng.choice([0.875, 0.9, 0.95, 1.0, None, 0.5, 1.25])
        if rng.random() < 0.2: c.update(do_center_crop=True, crop_size=rng.choice([edge, dict(height=edge, width=edge)]))
        elif rng.random() < 0.2: c['do_center_crop'] = False
        if rng.random() < 0.1: c['do_resize'] = False
    else:
        if rng.random() < 0.7: c['size'] = size_of()
        if rng.random() < 0.7: c['crop_size'] = crop_of()
        if rng.random() < 0.2: c['do_center_crop'] = rng.random() < 0.5
        if rng.random() < 0.3: c['do_reduce_labels'] = rng.random() < 0.5
    if rng.random() < 0.4: c.update(do_rescale=rng.random() < 0.8, do_normalize=rng.random() < 0.8)
    if rng.random() < 0.3: c['resample'] = rng.randint(0, 3)
    height, width = rng.randint(2, 48), rng.randint(2, 48)
    try:
        out = values(c, name, picture(height, width, 3))
    except Exception as error:
        print('left out:', c, repr(error)[:100])
        continue
    networks.append(dict(model=model, config=c, picture=[height, width, 3], **sample(out)))
rng = drawn

# Every filter at every kind of scale, whole pictures: how often a grey level differs must be seen, not sampled.
resized = []
for resample in range(6):
    for target in ((6, 4), (14, 16), (9, 20), (3, 11), (1, 1), (9, 11), (33, 5)):
        out = values(dict(size=list(target), resample=resample, do_rescale=False, do_normalize=False), 'ViTImageProcessor', picture(9, 11, 3))
        resized.append(dict(size=list(target), resample=resample, pixels=out.astype(int).reshape(-1).tolist()))

sizes = []
for _ in range(200):
    size = rng.choice([dict(shortest_edge=rng.randint(1, 300)), dict(shortest_edge=rng.randint(1, 300), longest_edge=rng.randint(1, 400)),
                       dict(max_height=rng.randint(1, 300), max_width=rng.randint(1, 300))])
    height, width = rng.randint(1, 200), rng.randint(1, 200)
    try:
        out = values(dict(size=size, resample=0, do_rescale=False, do_normalize=False), 'ViTImageProcessor', picture(height, width, 3))
    except Exception:
        continue
    sizes.append([height, width, size, list(out.shape[:2])])

# A resize to 20 and a centre crop of 16, in the form that DeiT's files have had since 2021.
deit = dict(crop_size=16, do_center_crop=True, do_normalize=True, do_resize=True, feature_extractor_type='DeiTFeatureExtractor',
            image_mean=[.485, .456, .406], image_std=[.229, .224, .225], resample=3, size=20)
out = values(deit, 'DeiTImageProcessor', picture(40, 60, 3))
deit = dict(config=deit, picture=[40, 60, 3], shape=list(out.shape), at=list(range(out.size)), values=[float(v) for v in np.float32(out).reshape(-1)])

with open(os.path.join(HERE, 'preprocess.json'), 'w') as f:
    json.dump(dict(source=f'transformers {transformers.__version__}, Pillow {PIL.__version__}, by preprocess.py', deit=deit, cases=cases, networks=networks,
                   resized=resized, sizes=sizes), f, separators=(',', ':'))
    f.write('\n')
print(len(cases), len(networks), len(resized), len(sizes))
