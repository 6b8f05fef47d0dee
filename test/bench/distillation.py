"""PyTorch's side of the distillation benchmark: one JSON request a line on stdin, one JSON reply a line on stdout.

Request {"what": "train" | "train ready" | "label", "layout": "contiguous" | "channels last", "batch": N, "steps": N}
Reply   {"perSecond": PICTURES PER SECOND}; {"versions": true} asks for {"versions": {...}}.
Training is a whole loop, as ours is: pictures lie in memory as bytes and are chosen, mirrored at random and normalised for
each step; "train ready" leaves that out and takes the same batch again. Labelling gets its pictures ready to use. The first
three steps of every kind are not timed.
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


MEAN, STD = (torch.tensor(values).view(1, 3, 1, 1) for values in ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]))


def train_step(batch, layout, ready=False):
    torch.manual_seed(0)
    net, count = student().to(memory_format=layout), 20 * batch
    pictures = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8).contiguous(memory_format=layout)
    labels, teacher, t = torch.randint(0, 10, (count,)), torch.randn(2, count, 10), 2.0
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    order = []

    def choose():
        if not order:
            order.extend(torch.randperm(count).split(batch))
        rows, mirrored = order.pop(), torch.rand(batch) < 0.5
        x = (pictures[rows].float() / 255 - MEAN) / STD
        x = torch.where(mirrored.view(-1, 1, 1, 1), x.flip(3), x).contiguous(memory_format=layout)
        return x, labels[rows], teacher[mirrored.long(), rows]

    kept = choose()

    def step():
        x, y, told = kept if ready else choose()
        optimizer.zero_grad()
        logits = net(x)
        soft = F.kl_div(F.log_softmax(logits / t, 1), F.log_softmax(told / t, 1), log_target=True, reduction="batchmean")
        loss = 0.5 * F.cross_entropy(logits, y) + 0.5 * t * t * soft
        loss.backward()
        optimizer.step()
        return loss.item(), (logits.argmax(1) == y).sum().item()

    return step


def ready_step(batch, layout):
    return train_step(batch, layout, ready=True)


def label_step(batch, layout):
    torch.manual_seed(0)
    net = ViT().eval().to(memory_format=layout)
    pictures = torch.randn(batch, 3, 32, 32).contiguous(memory_format=layout)

    def step():
        with torch.inference_mode():
            return net(pictures).cpu().numpy()

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
            kept[key] = {"train": train_step, "train ready": ready_step, "label": label_step}[request["what"]](request["batch"], layout)
            for _ in range(3):
                kept[key]()
        start = time.perf_counter()
        for _ in range(request["steps"]):
            kept[key]()
        print(json.dumps({"perSecond": request["steps"] * request["batch"] / (time.perf_counter() - start)}), flush=True)


if __name__ == "__main__":
    main()
