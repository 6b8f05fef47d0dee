#!/usr/bin/env python3
"""Measures a checkpoint's accuracy on the 10,000 test pictures in float32 on the CPU, and notes it in its report.json.

    evaluate.py DATA FOLDER      DATA as for train.py; FOLDER holds model.safetensors and report.json
"""
import json
import os
import sys

import torch
from safetensors.torch import load_file

from networks import ViT, from_hugging_face
from pictures import load, normalise
from train import write_json


def main(data, folder):
    net = ViT().eval()
    net.load_state_dict(from_hugging_face(load_file(os.path.join(folder, 'model.safetensors'))))
    x, y = load(data)['test']
    with torch.no_grad():
        right = sum((net(normalise(part)).argmax(1) == labels).sum().item() for part, labels in zip(x.split(500), y.split(500)))
    path = os.path.join(folder, 'report.json')
    with open(path) as file:
        report = json.load(file)
    report.update(testAccuracyFloat32=right / len(y), testPictures=len(y))
    write_json(path, report)
    print(f'{right} of {len(y)}: {right / len(y):.4f}')


if __name__ == '__main__':
    main(*sys.argv[1:])
