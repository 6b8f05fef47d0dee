#!/usr/bin/env python3
"""Tries temperatures and alphas for the student of the distillation notebook, judged by held-out training pictures.

    sweep.py DATA OUT.json [--temperatures 1,2,4] [--alphas 0,0.5] [--seeds 0,1,2] [--epochs 30] [--workers 8]

DATA  as for data/teacher/train.py: a folder with cifar-10-batches-bin, or with cifar10-jpeg.tar.xz
OUT   what `node lib/dist/distill/cli.js study --sweep OUT.json` reads

The student, its training (SGD with Nesterov momentum, cosine schedule after an epoch of warm-up, pictures mirrored at random,
the teacher's logits of the same, mirrored or plain, picture) and the split into 5,000 and 45,000 pictures are those of that
command; only the random numbers are PyTorch's. The candidates serve to choose, none of them is reported as a student.
"""
import argparse
import collections
import json
import math
import os
import sys
import time

import torch
import torch.multiprocessing as multiprocessing
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file

TEACHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../teacher')
sys.path.insert(0, TEACHER)
from networks import ViT, from_hugging_face
from pictures import load, normalise


def arguments():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = lambda text: [float(part) for part in text.split(',')]
    a.add_argument('data')
    a.add_argument('out')
    a.add_argument('--temperatures', type=numbers, default=[1, 2, 4])
    a.add_argument('--alphas', type=numbers, default=[0, 0.5])
    a.add_argument('--seeds', type=numbers, default=[0, 1, 2])
    a.add_argument('--epochs', type=int, default=30)
    a.add_argument('--batch', type=int, default=128)
    a.add_argument('--lr', type=float, default=0.4)
    a.add_argument('--weight-decay', type=float, default=5e-4)
    a.add_argument('--held-out', type=int, default=5000)
    a.add_argument('--workers', type=int, default=8, help='candidates trained at the same time')
    a.add_argument('--device', default='cuda')
    a.add_argument('--limit', type=int, default=None, help='use only so many pictures (to try the program)')
    return a.parse_args()


class Student(nn.Module):
    """`SmallCnn` of the library: 53,570 parameters."""

    def __init__(self, widths=(24, 32, 48, 72)):
        super().__init__()
        ins = (3, *widths)
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1, bias=False) for i, o in zip(ins, widths))
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for o in widths)
        self.fc = nn.Linear(widths[-1], 10)

    def forward(self, x):
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            x = F.relu(norm(conv(x)))
            x = F.max_pool2d(x, 2) if i else x
        return self.fc(x.mean((2, 3)))


@torch.no_grad()
def teacher_logits(x, device):
    """Logits [n, 2, 10] of the plain and of the mirrored pictures."""
    net = ViT().to(device).eval()
    net.load_state_dict(from_hugging_face(load_file(os.path.join(TEACHER, 'model.safetensors'))))
    views = [[net(normalise(b.to(device).flip(3) if mirrored else b.to(device))) for b in x.split(1000)] for mirrored in (0, 1)]
    return torch.stack([torch.cat(view) for view in views], 1)


class Step:
    """One step of training on tensors that stay where they are, so that a GPU can replay it as a graph."""

    def __init__(self, net, data, a, temperature, alpha):
        self.net, self.data, self.a, self.temperature, self.alpha = net, data, a, temperature, alpha
        self.rows = torch.zeros(a.batch, dtype=torch.long, device=a.device)
        self.mirrored = torch.zeros(a.batch, dtype=torch.long, device=a.device)
        self.rate = torch.zeros((), device=a.device)
        self.weights = list(net.parameters())
        self.velocity = [torch.zeros_like(w) for w in self.weights]
        self.replay = self.captured() if a.device == 'cuda' else self.take

    def take(self):
        x = self.data['x'][self.rows].float()
        x = torch.where(self.mirrored.view(-1, 1, 1, 1) == 1, x.flip(3), x).contiguous(memory_format=torch.channels_last)
        z, t = self.net(x), self.temperature
        told = F.log_softmax(self.data['logits'][self.rows, self.mirrored] / t, 1)
        soft = (told.exp() * (told - F.log_softmax(z / t, 1))).sum(1).mean() * t * t
        loss = self.alpha * F.cross_entropy(z, self.data['y'][self.rows]) + (1 - self.alpha) * soft
        gradients = torch.autograd.grad(loss, self.weights)
        with torch.no_grad():
            gradients = [g + self.a.weight_decay * w for g, w in zip(gradients, self.weights)]
            torch._foreach_mul_(self.velocity, 0.9)
            torch._foreach_add_(self.velocity, gradients)
            steps = torch._foreach_add(gradients, self.velocity, alpha=0.9)
            torch._foreach_mul_(steps, self.rate)
            torch._foreach_sub_(self.weights, steps)

    def captured(self):
        buffers = [b.clone() for b in self.net.buffers()]
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.take()    # at rate 0: only statistics and velocity move, and are put back
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.take()
        for buffer, before in zip(self.net.buffers(), buffers):
            buffer.copy_(before)
        for v in self.velocity:
            v.zero_()
        return graph.replay


def train(data, a, temperature, alpha, seed):
    """Accuracy on the held-out pictures after training on the others."""
    torch.manual_seed(int(seed))
    net = Student().to(a.device, memory_format=torch.channels_last)
    step, n = Step(net, data, a, temperature, alpha), len(data['train'])
    per_epoch, at = n // a.batch, 0
    total = per_epoch * a.epochs
    for _ in range(a.epochs):
        order, mirrored = data['train'][torch.randperm(n, device=a.device)], torch.randint(0, 2, (n,), device=a.device)
        for i in range(per_epoch):
            part = slice(i * a.batch, (i + 1) * a.batch)
            step.rows.copy_(order[part])
            step.mirrored.copy_(mirrored[part])
            done = (at - per_epoch) / max(1, total - per_epoch)
            step.rate.fill_(a.lr * ((at + 1) / per_epoch if at < per_epoch else (1 + math.cos(math.pi * done)) / 2))
            step.replay()
            at += 1
    net.eval()
    with torch.no_grad():
        right = sum((net(data['x'][rows].float()).argmax(1) == data['y'][rows]).sum() for rows in data['held'].split(1000))
    return right.item() / len(data['held'])


def worker(jobs, results, data, a):
    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
    data = {name: tensor.to(a.device) for name, tensor in data.items()}
    for job in iter(jobs.get, None):
        results.put((job, train(data, a, *job)))


def main():
    a, start = arguments(), time.time()
    x, y = (tensor[:a.limit] for tensor in load(a.data)['train'])
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(5))
    data = dict(x=normalise(x).half(), y=y, logits=teacher_logits(x, a.device).cpu(), held=order[:a.held_out], train=order[a.held_out:])
    todo = [(t, alpha, seed) for seed in a.seeds for alpha in a.alphas for t in a.temperatures]
    context = multiprocessing.get_context('spawn')
    jobs, results = context.Queue(), context.Queue()
    for job in [*todo, *[None] * a.workers]:
        jobs.put(job)
    for _ in range(a.workers):
        context.Process(target=worker, args=(jobs, results, data, a), daemon=True).start()
    found = collections.defaultdict(dict)
    for _ in todo:
        (t, alpha, seed), accuracy = results.get()
        found[(alpha, t)][seed] = accuracy
        print(f'{time.time() - start:6.0f} s  temperature {t:g}, alpha {alpha:g}, seed {seed:g}: {accuracy:.4f}', flush=True)
    rows = [dict(temperature=t, alpha=alpha, validation=round(sum(by_seed.values()) / len(by_seed), 6),
                 seeds=[by_seed[seed] for seed in sorted(by_seed)]) for (alpha, t), by_seed in sorted(found.items())]
    about = (f'mean of {len(a.seeds)} seeds on {a.held_out:,} held-out training pictures after {a.epochs} epochs on the other '
             f'{len(data["train"]):,}, trained by data/distillation/sweep/sweep.py on one GPU')
    device = torch.cuda.get_device_name() if a.device == 'cuda' else 'CPU'
    conditions = dict(pictures=len(data['train']), heldOut=a.held_out, epochs=a.epochs, batchSize=a.batch, learningRate=a.lr,
                      weightDecay=a.weight_decay, device=device, torch=torch.__version__)
    with open(a.out + '.part', 'w') as file:
        json.dump(dict(about=about, conditions=conditions, rows=rows), file, indent=1)
        file.write('\n')
    os.replace(a.out + '.part', a.out)


if __name__ == '__main__':
    main()
