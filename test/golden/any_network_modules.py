"""Modules of random networks, as people write them in PyTorch. Between modules pictures are channels last, [batch,
height, width, channels], so that the rest of a program reads alike in both languages; layers of pictures turn them."""
from collections import OrderedDict
import math
import torch
from torch import nn
from torch.nn import functional as F


def channels_last(layer):
    """The layer for pictures whose channels stand last; names stay the layer's own."""
    class ChannelsLast(layer):
        def forward(self, x):
            return super().forward(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    return ChannelsLast


Conv2d = channels_last(nn.Conv2d)
BatchNorm2d = channels_last(nn.BatchNorm2d)
MaxPool2d = channels_last(nn.MaxPool2d)
AvgPool2d = channels_last(nn.AvgPool2d)
AdaptiveAvgPool2d = channels_last(nn.AdaptiveAvgPool2d)


class Flatten(nn.Module):
    """Channel by channel, as nn.Flatten does with pictures of PyTorch's own order."""
    def forward(self, x):
        return (x.permute(0, 3, 1, 2) if x.dim() == 4 else x).flatten(1)


def pad(x, axis, before, after):
    return F.pad(x, [0, 0] * (x.dim() - 1 - axis) + [before, after])


class Lambda(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x)


class ListHolder(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.blocks = nn.ModuleList(modules)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class FieldsHolder(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.count = len(modules)
        for i, module in enumerate(modules):
            setattr(self, f'step{i}', module)

    def forward(self, x):
        for i in range(self.count):
            x = getattr(self, f'step{i}')(x)
        return x


class ArrayHolder(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.layers = nn.ModuleList(modules)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class ObjectHolder(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.layers = nn.ModuleDict({f'part{i}': module for i, module in enumerate(modules)})

    def forward(self, x):
        for layer in self.layers.values():
            x = layer(x)
        return x


class NestedHolder(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.blocks = nn.ModuleDict({'stage': nn.ModuleList(modules)})

    def forward(self, x):
        for layer in self.blocks['stage']:
            x = layer(x)
        return x


class Residual(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x) + x


class Gate(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return x * torch.sigmoid(self.body(x))


class Loop(nn.Module):
    def __init__(self, body, times):
        super().__init__()
        self.body = body
        self.times = times

    def forward(self, x):
        for _ in range(self.times):
            x = self.body(x)
        return x


class Concat(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.branches = nn.ModuleList(modules)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], -1)


class Dense(nn.Module):
    def __init__(self, *modules):
        super().__init__()
        self.blocks = nn.ModuleList(modules)

    def forward(self, x):
        for block in self.blocks:
            x = torch.cat([x, block(x)], -1)
        return x


class Product(nn.Module):
    def __init__(self, left, right):
        super().__init__()
        self.left = left
        self.right = right

    def forward(self, x):
        return self.left(x) @ self.right(x).transpose(1, 2)


class SelfAttention(nn.MultiheadAttention):
    def __init__(self, features, heads):
        super().__init__(features, heads, batch_first=True)

    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


class AttentionByHand(nn.Module):
    def __init__(self, features, heads):
        super().__init__()
        self.features = features
        self.heads = heads
        self.query = nn.Linear(features, features)
        self.key = nn.Linear(features, features)
        self.value_ = nn.Linear(features, features)
        self.out = nn.Linear(features, features)

    def forward(self, x):
        batch, tokens, _ = x.shape
        size = self.features // self.heads
        split = lambda y: y.reshape(batch, tokens, self.heads, size).transpose(1, 2)
        q, k, v = (split(layer(x)) for layer in (self.query, self.key, self.value_))
        mixed = (q @ k.transpose(2, 3) / math.sqrt(size)).softmax(-1) @ v
        return self.out(mixed.transpose(1, 2).reshape(batch, tokens, self.features))


class ScaleShift(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(features))
        self.offset = nn.Parameter(torch.zeros(features))

    def forward(self, x):
        return x * self.scale + self.offset


class TableBias(nn.Module):
    def __init__(self, rows, features, indices):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(rows, features))
        self.indices = indices

    def forward(self, x):
        return x + self.table[self.indices]


class TwoWeights(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.w1 = nn.Parameter(torch.zeros(features, features))
        self.w2 = nn.Parameter(torch.zeros(features, features))
        self.b2 = nn.Parameter(torch.zeros(features))

    def forward(self, x):
        return F.linear(F.linear(x, self.w1), self.w2, self.b2)


class TiedDecoder(nn.Module):
    def __init__(self, features, hidden, activation):
        super().__init__()
        self.encoder = nn.Linear(features, hidden)
        self.activation = activation

    def forward(self, x):
        return F.linear(self.activation(self.encoder(x)), self.encoder.weight.t())


class TiedLayers(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.first = nn.Linear(features, features)
        self.second = nn.Linear(features, features, bias=False)
        self.second.weight = self.first.weight

    def forward(self, x):
        return self.second(F.relu(self.first(x)))


class TwoNorms(nn.Module):
    def __init__(self, channels, bias):
        super().__init__()
        self.conv = Conv2d(channels, channels, 1, bias=bias)
        self.norm1 = BatchNorm2d(channels)
        self.norm2 = BatchNorm2d(channels)

    def forward(self, x):
        return self.norm2(self.conv(F.relu(self.norm1(self.conv(x)))))
