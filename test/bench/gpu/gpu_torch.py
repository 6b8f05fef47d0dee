"""PyTorch's side of `npm run bench -- gpu`: one JSON request a line on stdin, one JSON reply a line on stdout; see requests.ts.

The first argument is the device, `cuda` or `cpu`. Products of float32 are computed as TF32 on a card, as TensorFlow does;
pictures lie in channels-last order. Every pass ends with its result in the host's memory, as ours does.
"""
import gc
import json
import os
import statistics
import sys
import time
import warnings

import torch
from torch import library

warnings.filterwarnings("ignore")
DEVICE = sys.argv[1]
torch.set_default_device(DEVICE)
torch.set_float32_matmul_precision("high")
torch.backends.cudnn.allow_tf32 = True
torch.backends.cudnn.benchmark = True

# torchvision may lack the compiled operators that it describes at import; none of these networks uses them.
_register_fake = library.register_fake
library.register_fake = (
    lambda name, *args, **options: (lambda function: function)
    if isinstance(name, str) and name.startswith("torchvision::")
    else _register_fake(name, *args, **options)
)
import torchvision

library.register_fake = _register_fake
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import distillation

LAYOUT = torch.channels_last
WARM_UPS = 3


def median_ms(run, repeats):
    times = []
    for i in range(WARM_UPS + repeats):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[WARM_UPS:])


def forward(form, network, batch, size):
    torch.manual_seed(0)
    kind = torch.float16 if form == "torch float16" else torch.float32
    net = torchvision.models.get_model(network).eval().to(dtype=kind, memory_format=LAYOUT)
    x = torch.rand(batch, 3, size, size, dtype=kind).contiguous(memory_format=LAYOUT)
    run = torch.compile(net) if form == "torch.compile" else net

    def once():
        with torch.inference_mode():
            return run(x).float().cpu()

    return once


def step(network, batch, size):
    torch.manual_seed(0)
    net = distillation.student() if network == "small_cnn" else torchvision.models.resnet18(num_classes=10)
    net = net.to(memory_format=LAYOUT)
    x = torch.rand(batch, 3, size, size).contiguous(memory_format=LAYOUT)
    y = torch.arange(batch) % 10
    optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, nesterov=True, weight_decay=5e-4)

    def once():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return once


def per_second(run, batch, steps):
    for _ in range(WARM_UPS):
        run()
    start = time.perf_counter()
    for _ in range(steps):
        run()
    return steps * batch / (time.perf_counter() - start)


def answer(request, kept):
    what = request["what"]
    if what == "versions":
        return {"versions": {"torch": torch.__version__, "torchvision": torchvision.__version__}}
    if what == "forget":
        kept.clear()
        gc.collect()
        return {}
    if what == "step":
        return {"ms": median_ms(step(request["network"], request["batch"], request["size"]), request["steps"])}
    if what in ("train", "label", "label xla"):
        make = distillation.train_step if what == "train" else distillation.label_step
        return {"perSecond": per_second(make(request["batch"], LAYOUT), request["batch"], request["steps"])}
    key = tuple(request[name] for name in ("form", "network", "batch", "size"))
    start = time.perf_counter()
    if key not in kept:
        kept[key] = forward(*key)
    if what == "prepare":
        kept[key]()
        return {"first": time.perf_counter() - start}
    return {"ms": median_ms(kept[key], request["repeats"])}


def main():
    kept = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), kept)
        except Exception as error:  # told to the bench, which prints it
            reply = {"error": f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:200]}"}
        print(json.dumps(reply), flush=True)


main()
