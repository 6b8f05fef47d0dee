#!/usr/bin/env python3
"""Trains the CIFAR-10 teacher on one GPU: a Vision Transformer of DeiT-Tiny's size on 4x4 patches, from scratch.

A transformer has no built-in locality, and 50,000 pictures are too few for it to learn that from labels alone. So a
convolutional network learns from the labels first, and the transformer then imitates it on the same freshly changed
pictures ("function matching", Beyer et al. 2022, arXiv 2106.05237) without seeing a label.

    train.py DATA OUT [--epochs 600] [--guide-epochs 80] [--seconds S]

DATA  a folder with cifar-10-batches-bin, or with cifar10-jpeg.tar.xz
OUT   gets config.json, preprocessor_config.json, model.safetensors (half precision), report.json, and state.pt to resume

Epochs are cut to what fits into --seconds (and --guide-seconds), by the speed of the first ones. Nothing is selected on
the test pictures: the schedule is fixed and the last running average of the weights is the result.
"""
import argparse
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

from networks import CONFIG, PREPROCESSOR, ViT, guide, to_hugging_face
from pictures import augment, load, mix, normalise

PROBE = 4    # epochs after which the speed is known; the first two are left out, they compile


def arguments():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('data')
    a.add_argument('out')
    a.add_argument('--epochs', type=int, default=600)
    a.add_argument('--guide-epochs', type=int, default=80)
    a.add_argument('--guide-width', type=int, default=96)
    a.add_argument('--guide-seconds', type=float, default=math.inf)
    a.add_argument('--seconds', type=float, default=math.inf, help='for everything, from the start of the program')
    a.add_argument('--batch', type=int, default=1024)
    a.add_argument('--guide-batch', type=int, default=512)
    a.add_argument('--lr', type=float, default=1.5e-3)
    a.add_argument('--guide-lr', type=float, default=0.4)
    a.add_argument('--seed', type=int, default=0)
    a.add_argument('--device', default='cuda')
    a.add_argument('--limit', type=int, default=None, help='use only so many pictures of each split (to try the program)')
    a.add_argument('--compile', type=int, default=1)
    return a.parse_args()


class Training:
    """What both networks share: data on the device, changed pictures, accuracy, and how many epochs fit into the time."""

    def __init__(self, a):
        self.a, self.start = a, time.time()
        data = load(a.data)
        data = {k: (x[:a.limit].to(a.device), y[:a.limit].to(a.device)) for k, (x, y) in data.items()}
        (self.x, self.y), (self.test_x, self.test_y) = data['train'], data['test']
        self.pictures = self.compiled(self.changed)
        self.log(f'{len(self.x)} training and {len(self.test_x)} test pictures')

    def log(self, text):
        print(f'{time.time() - self.start:7.1f} s  {text}', flush=True)

    def compiled(self, f):
        return torch.compile(f) if self.a.compile else f

    def autocast(self):
        return torch.autocast(self.a.device, torch.bfloat16)

    @staticmethod
    def changed(x, y, order):
        x, y = mix(augment(x), y, order)
        return x.contiguous(memory_format=torch.channels_last), y

    def batches(self, size):
        """Changed pictures [size, 3, 32, 32] and label distributions [size, 10], in a new order every epoch."""
        order = torch.randperm(len(self.x), device=self.x.device)
        for rows in order[:len(order) // size * size].view(-1, size):
            y = torch.zeros(size, 10, device=self.x.device).scatter_(1, self.y[rows, None], 1.0)
            yield self.pictures(self.x[rows], y, torch.randperm(size, device=self.x.device))

    def accuracy(self, net):
        with torch.no_grad(), self.autocast():
            right = sum((net(normalise(x)).argmax(1) == y).sum() for x, y in zip(self.test_x.split(1000), self.test_y.split(1000)))
        return right.item() / len(self.test_y)

    def finished(self):
        """Waits for the device and tells the time since the start."""
        if self.a.device == 'cuda':
            torch.cuda.synchronize()
        return time.time() - self.start

    def fitting(self, epochs, marks, until):
        """How many epochs end before `until`, given the times `marks` at which the first ones ended."""
        each = (marks[-1] - marks[1]) / (len(marks) - 2)
        self.log(f'{each:.2f} s an epoch')
        return int(max(len(marks), min(epochs, len(marks) + 0.97 * (until - marks[-1]) / each)))


def averaged(ema, net, decay):
    """Moves the running average, normalisation statistics included, towards the weights."""
    with torch.no_grad():
        torch._foreach_lerp_(list(ema.parameters()), list(net.parameters()), 1 - decay)
        for mine, other in zip(ema.buffers(), net.buffers()):
            mine.lerp_(other, 1 - decay) if mine.is_floating_point() else mine.copy_(other)


def groups(net, decay):
    """Parameters with and without weight decay: vectors, positions and the class token go without."""
    plain = [p for n, p in net.named_parameters() if p.ndim <= 1 or n in ('pos', 'cls')]
    rest = [p for n, p in net.named_parameters() if not (p.ndim <= 1 or n in ('pos', 'cls'))]
    return [dict(params=rest, weight_decay=decay), dict(params=plain, weight_decay=0.0)]


def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group['lr'] = rate


def cross_entropy(logits, y):
    return -(y * F.log_softmax(logits.float(), 1)).sum(1).mean()


def train_guide(t):
    a, steps, epochs, marks = t.a, len(t.x) // t.a.guide_batch, t.a.guide_epochs, []
    net = guide(a.guide_width).to(a.device, memory_format=torch.channels_last)
    ema = guide(a.guide_width).to(a.device, memory_format=torch.channels_last).eval()
    ema.load_state_dict(net.state_dict())
    forward = t.compiled(net)
    optimizer = torch.optim.SGD(groups(net, 5e-4), lr=a.guide_lr, momentum=0.9, nesterov=True)
    until, step, epoch = t.finished() + a.guide_seconds, 0, 0
    net.train()
    while epoch < epochs:
        for x, y in t.batches(a.guide_batch):
            at = step / (steps * epochs)
            set_rate(optimizer, a.guide_lr * (at / 0.2 if at < 0.2 else 0.5 * (1 + math.cos(math.pi * (at - 0.2) / 0.8))))
            with t.autocast():
                loss = cross_entropy(forward(x), y)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            averaged(ema, net, min(0.998, (1 + step) / (10 + step)))
        epoch += 1
        if epoch <= PROBE:
            marks.append(t.finished())
        if epoch == PROBE:
            epochs = t.fitting(epochs, marks, until)
        if epoch % 20 == 0 or epoch == epochs:
            t.log(f'guide epoch {epoch}/{epochs} loss {loss.item():.3f} test {t.accuracy(ema):.4f}')
    return ema.requires_grad_(False), epochs


class Student:
    """The transformer, its running average, and the optimizer; `state` goes to disk so that a stopped run resumes."""

    def __init__(self, a):
        self.net, self.ema = ViT().to(a.device), ViT().to(a.device).eval()
        self.ema.load_state_dict(self.net.state_dict())
        self.optimizer = torch.optim.AdamW(groups(self.net, 0.05), lr=a.lr, fused=a.device == 'cuda')
        self.step = self.epoch = 0
        self.epochs = a.epochs

    def state(self):
        return dict(net=self.net.state_dict(), ema=self.ema.state_dict(), optimizer=self.optimizer.state_dict(),
                    step=self.step, epoch=self.epoch, epochs=self.epochs)

    def load(self, state):
        for part in ('net', 'ema', 'optimizer'):
            getattr(self, part).load_state_dict(state[part])
        self.step, self.epoch, self.epochs = state['step'], state['epoch'], state['epochs']


def train_student(t, s, expert, save):
    a, steps, marks, until = t.a, len(t.x) // t.a.batch, [], t.a.seconds - 25
    forward, expert, parameters = t.compiled(s.net), t.compiled(expert), list(s.net.parameters())
    s.net.train()
    while s.epoch < s.epochs:
        for x, _ in t.batches(a.batch):
            warm = min(1, (s.step + 1) / (10 * steps))
            set_rate(s.optimizer, a.lr * warm * 0.5 * (1 + math.cos(math.pi * s.step / (steps * s.epochs))))
            with torch.no_grad(), t.autocast():
                y = F.softmax(expert(x).float(), 1)
            with t.autocast():
                loss = cross_entropy(forward(x), y)
            s.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            s.optimizer.step()
            s.step += 1
            averaged(s.ema, s.net, min(0.9995, (1 + s.step) / (10 + s.step)))
        s.epoch += 1
        if s.epoch <= PROBE:
            marks.append(t.finished())
        if s.epoch == PROBE:
            s.epochs = t.fitting(s.epochs, marks, until)
        if s.epoch % 10 == 0 or s.epoch == s.epochs:
            t.log(f'epoch {s.epoch}/{s.epochs} loss {loss.item():.3f} test {t.accuracy(s.ema):.4f}')
            save()


def write_json(path, value):
    with open(path + '.part', 'w') as file:
        json.dump(value, file, indent=1)
        file.write('\n')
    os.replace(path + '.part', path)


def write_model(t, s, expert, about):
    """Writes the averaged transformer and what is known about it."""
    out = t.a.out
    save_file(to_hugging_face(s.ema.state_dict()), os.path.join(out, 'model.safetensors.part'), metadata={'format': 'pt'})
    os.replace(os.path.join(out, 'model.safetensors.part'), os.path.join(out, 'model.safetensors'))
    write_json(os.path.join(out, 'config.json'), CONFIG)
    write_json(os.path.join(out, 'preprocessor_config.json'), PREPROCESSOR)
    write_json(os.path.join(out, 'report.json'), dict(
        about, epoch=s.epoch, epochs=s.epochs, parameters=sum(p.numel() for p in s.ema.parameters()),
        testAccuracyBfloat16=t.accuracy(s.ema), guideTestAccuracy=t.accuracy(expert), seconds=round(time.time() - t.start, 1)))


def conditions(a):
    device = torch.cuda.get_device_name() if a.device == 'cuda' else 'CPU'
    chosen = {k: v for k, v in vars(a).items() if k not in ('data', 'out', 'device') and v not in (math.inf, None)}
    return dict(options=chosen, device=device, versions=dict(torch=torch.__version__, numpy=np.__version__))


def main():
    a = arguments()
    torch.manual_seed(a.seed)
    torch.set_float32_matmul_precision('high')
    torch.backends.cudnn.benchmark = True
    os.makedirs(a.out, exist_ok=True)
    state_path = os.path.join(a.out, 'state.pt')
    t, s = Training(a), Student(a)
    saved = torch.load(state_path, map_location=a.device, weights_only=True) if os.path.exists(state_path) else None
    if saved is None:
        expert, guide_epochs = train_guide(t)
    else:
        expert, guide_epochs = guide(a.guide_width).to(a.device, memory_format=torch.channels_last), saved['guide_epochs']
        expert.load_state_dict(saved['expert'])
        expert.eval().requires_grad_(False)
        s.load(saved['student'])
        t.log(f'resumed after epoch {s.epoch}')
    about = dict(conditions(a), guideEpochs=guide_epochs)

    def save():
        write_model(t, s, expert, about)
        torch.save(dict(student=s.state(), expert=expert.state_dict(), guide_epochs=guide_epochs), state_path + '.part')
        os.replace(state_path + '.part', state_path)

    save()
    train_student(t, s, expert, save)
    t.log('done')


if __name__ == '__main__':
    main()
