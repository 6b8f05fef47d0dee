"""PyTorch's side of the distillation benchmark: one JSON request a line on stdin, one JSON reply a line on stdout.

Request {"what": "train" | "label", "layout": "contiguous" | "channels last", "batch": N, "steps": N}
Reply   {"perSecond": PICTURES PER SECOND}; {"versions": true} asks for {"versions": {...}}.
Data lies in memory, ready to use; the first three steps of every kind are not timed.
"""
import json
import os
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../data/teacher"))
from networks import ViT

torch.set_num_threads(int(os.environ.get("TF_NUM_INTRAOP_THREADS") or os.cpu_count()))


def student():
    """The same network as SmallCnn: 53,570 parameters."""
    layers, channels = [], 3
    for i, width in enumerate((24, 32, 48, 72)):
        layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if i else []
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def train_step(batch, layout):
    torch.manual_seed(0)
    net = student().to(memory_format=layout)
    pictures = torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout)
    labels, teacher, t = torch.randint(0, 10, (batch,)), torch.randn(batch, 10), 2.0
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)

    def step():
        optimizer.zero_grad()
        logits = net(pictures)
        soft = F.kl_div(F.log_softmax(logits / t, 1), F.log_softmax(teacher / t, 1), log_target=True, reduction="batchmean")
        loss = 0.5 * F.cross_entropy(logits, labels) + 0.5 * t * t * soft
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def label_step(batch, layout):
    torch.manual_seed(0)
    net = ViT().eval().to(memory_format=layout)
    pictures = torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout)

    def step():
        with torch.inference_mode():
            return net(pictures).numpy()

    return step


def main():
    kept = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("versions"):
            print(json.dumps({"versions": {"python": sys.version.split()[0], "torch": torch.__version__}}), flush=True)
            continue
        key = (request["what"], request["layout"], request["batch"])
        if key not in kept:
            layout = torch.channels_last if request["layout"] == "channels last" else torch.contiguous_format
            kept[key] = {"train": train_step, "label": label_step}[request["what"]](request["batch"], layout)
            for _ in range(3):
                kept[key]()
        start = time.perf_counter()
        for _ in range(request["steps"]):
            kept[key]()
        print(json.dumps({"perSecond": request["steps"] * request["batch"] / (time.perf_counter() - start)}), flush=True)


main()
