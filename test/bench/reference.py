"""Times the same networks in PyTorch and onnxruntime: one JSON request a line on stdin, one JSON reply a line on stdout.

Request {"engine": "torch" | "torch channels last" | "onnxruntime", "model": NAME, "batch": N, "size": PIXELS OR TOKENS,
        and for torch, if wanted, "precision": "medium" | "autocast"}
Reply   {"ms": TIME OF ONE FORWARD PASS} or {"error": TEXT}; {"versions": true} asks for {"versions": {...}}.
The first pass of every combination is a warm-up and is not timed.
"""
import gc
import io
import json
import os
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
import torch

# torchvision from PyPI may lack the compiled operators that it describes at import; none of these networks uses them.
_library = torch.library.Library("torchvision", "DEF")
_register_fake = torch.library.register_fake
torch.library.register_fake = (
    lambda name, *args, **options: (lambda function: function)
    if isinstance(name, str) and name.startswith("torchvision::")
    else _register_fake(name, *args, **options)
)
import torchvision

torch.library.register_fake = _register_fake
THREADS = int(os.environ.get("TF_NUM_INTRAOP_THREADS") or os.cpu_count())
torch.set_num_threads(THREADS)


class Bert(torch.nn.Module):
    """BERT-base as torch.nn has it: embeddings, twelve layers with normalisation behind each sum, pooler."""

    def __init__(self, vocabulary=30522, positions=512, width=768):
        super().__init__()
        self.words, self.places, self.kinds = (torch.nn.Embedding(rows, width) for rows in (vocabulary, positions, 2))
        self.norm = torch.nn.LayerNorm(width, eps=1e-12)
        layer = torch.nn.TransformerEncoderLayer(
            width, 12, 4 * width, activation="gelu", layer_norm_eps=1e-12, batch_first=True)
        self.encoder = torch.nn.TransformerEncoder(layer, 12, enable_nested_tensor=False)
        self.pooler = torch.nn.Linear(width, width)

    def forward(self, ids):
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.kinds.weight[0]
        return torch.tanh(self.pooler(self.encoder(self.norm(x))[:, 0]))


def network(name):
    torch.manual_seed(0)
    return (Bert() if name == "bert_base" else torchvision.models.get_model(name)).eval()


def inputs(name, batch, size):
    if name == "bert_base":
        return torch.randint(0, 1000, (batch, size))
    return torch.rand(batch, 3, size, size)


def torch_runner(name, batch, size, layout, precision):
    net, x = network(name), inputs(name, batch, size)
    if x.dim() == 4:
        net, x = net.to(memory_format=layout), x.contiguous(memory_format=layout)

    def run():
        torch.set_float32_matmul_precision("medium" if precision == "medium" else "highest")
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "autocast"):
            net(x)

    return run


def onnx_runner(name, batch, size):
    import onnxruntime

    x = inputs(name, batch, size)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        console, sys.stdout = sys.stdout, io.StringIO()
        try:
            torch.onnx.export(network(name), (x,), path, dynamo=True, verbose=False)
        finally:
            sys.stdout = console
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: x.numpy()}
    return lambda: session.run(None, feed)


def make_runner(engine, model, batch, size, precision):
    if engine == "onnxruntime":
        return onnx_runner(model, batch, size)
    layout = torch.channels_last if engine == "torch channels last" else torch.contiguous_format
    return torch_runner(model, batch, size, layout, precision)


def versions():
    import numpy
    import onnxruntime

    return {"python": sys.version.split()[0], "torch": torch.__version__, "torchvision": torchvision.__version__,
            "onnxruntime": onnxruntime.__version__, "numpy": numpy.__version__}


def main():
    runners = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request.get("versions"):
                reply = {"versions": versions()}
            else:
                key = tuple(request.get(name) for name in ("engine", "model", "batch", "size", "precision"))
                if runners and next(iter(runners))[1:4] != key[1:4]:
                    runners.clear()
                    gc.collect()
                if key not in runners:
                    runners[key] = make_runner(*key)
                    runners[key]()
                start = time.perf_counter()
                runners[key]()
                reply = {"ms": (time.perf_counter() - start) * 1000}
        except Exception as error:  # reported to the bench, which prints it beside the row
            reply = {"error": f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"}
        print(json.dumps(reply), flush=True)


main()
