"""Writes lib/inference/assets/torchvision-zoo.json: what torchvision says of every set of weights that it publishes.

Run:   python test/golden/torchvision_zoo.py
Needs: pip install torch==2.13.0; pip install --no-deps torchvision==0.28.0 numpy pillow

One line a row. What nearly all rows share (mean, std, interpolation) stands once, under `common`; a row that differs
says so. The names of the classes, the same for all weights with a classifier, stand once. `license` is what torchvision
states for those weights alone. `imageSize` is the one size that a network with learned positions was trained for.
"""
import json, math, os


from torchvision_on_cpu import torchvision
models = torchvision.models

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../lib/inference/assets/torchvision-zoo.json')
SOURCE = (f'torchvision {torchvision.__version__.rsplit(".", 1)[0]}, metadata of its published weights '
          '(https://github.com/pytorch/vision, BSD 3-Clause); gflops counts one multiply-add as one')
COMMON = dict(interpolation='bilinear', mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])


def number(x):
    return None if x is None or math.isnan(x) else x


def row(name, w, default):
    m, t = w.meta, w.transforms()
    (crop,), (resize,) = t.crop_size, t.resize_size
    assert t.antialias is True
    metrics = m['_metrics']['ImageNet-1K']
    own = dict(interpolation=t.interpolation.value, mean=list(t.mean), std=list(t.std))
    return dict(model=name, weights=w.name, params=m['num_params'], gflops=m['_ops'], acc1=number(metrics['acc@1']), acc5=number(metrics['acc@5']),
                fileSizeMB=m['_file_size'], minSize=list(m['min_size']), cropSize=crop, resizeSize=resize, url=w.url,
                **{key: value for key, value in own.items() if value != COMMON[key]},
                **(dict(imageSize=m['min_size'][0]) if name.startswith('vit_') else {}),
                **(dict(default=True) if default else {}),
                **(dict(features=True) if m['categories'] is None else {}),
                **(dict(license=m['license']) if 'license' in m else {}))


rows, categories = [], None
for name in models.list_models(module=models):
    weights = models.get_model_weights(name)
    for w in weights:
        rows.append(row(name, w, w is weights.DEFAULT))
        own = w.meta['categories']
        assert own is None or categories in (None, own), name
        categories = categories or own

dump = lambda value: json.dumps(value, separators=(',', ':'), ensure_ascii=False)
with open(OUT, 'w', encoding='utf-8') as f:
    f.write('{"source": ' + json.dumps(SOURCE) + ',\n"common":' + dump(COMMON) + ',\n"categories":' + dump(categories) + ',\n"rows":[\n'
            + ',\n'.join(map(dump, rows)) + '\n]}\n')
print(len(rows), 'rows,', len({r['model'] for r in rows}), 'networks,', os.path.getsize(OUT), 'bytes')
