"""Writes auxiliary.json beside this file: the logits of the auxiliary classifiers of GoogLeNet and Inception V3.

Run and needs: as reference.py beside it, whose weights and pictures these are (seed 1). Of the network itself alone training
is switched on, so that normalisation and dropout behave as in evaluation. `transformed` are the last classifier's logits
for pictures that were normalised for ImageNet, with `transform_input`.
"""
import json, os
import numpy as np
import torch
from reference import floats, models, uniform, value

SIZES = {'googlenet': (64, 96), 'inception_v3': (299, 299)}
SEED = 1


@torch.no_grad()
def row(name):
    model = getattr(models, name)(init_weights=False).eval()
    for i, (k, t) in enumerate(floats(model)):
        t.copy_(torch.from_numpy(value(k, tuple(t.shape), uniform(t.numel(), i, SEED)).reshape(tuple(t.shape)).astype(np.float32)))
    shape = (1, 3, *SIZES[name])
    x = torch.from_numpy(((uniform(int(np.prod(shape)), 0, SEED + 7) - 0.5) * 2).reshape(shape).astype(np.float32))
    model.training = True
    outputs = model(x)
    model.training, model.transform_input = False, True
    first = lambda y: [round(v, 6) for v in y[0, :10].double().tolist()]
    auxiliary = {k.replace('_logits', ''): first(y) for k, y in outputs._asdict().items()}
    return dict(model=name, seed=SEED, input=list(shape), outputs=auxiliary, transformed=first(model(x)))


if __name__ == '__main__':
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'auxiliary.json'), 'w') as f:
        f.write(json.dumps([row(name) for name in SIZES], indent=1) + '\n')
