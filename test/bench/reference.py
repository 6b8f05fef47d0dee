"""Times the same networks in PyTorch and onnxruntime: one JSON request a line on stdin, one JSON reply a line on stdout.

Request {"engine": "torch" | "torch channels last" | "onnxruntime", "model": NAME, "batch": N, "size": PIXELS}
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


def network(name):
    torch.manual_seed(0)
    return torchvision.models.get_model(name).eval()


def torch_runner(name, batch, size, layout):
    net, pictures = network(name).to(memory_format=layout), torch.rand(batch, 3, size, size).contiguous(memory_format=layout)

    def run():
        with torch.inference_mode():
            net(pictures)

    return run


def onnx_runner(name, batch, size):
    import onnxruntime

    pictures = torch.rand(batch, 3, size, size)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        console, sys.stdout = sys.stdout, io.StringIO()
        try:
            torch.onnx.export(network(name), (pictures,), path, dynamo=True, verbose=False)
        finally:
            sys.stdout = console
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: pictures.numpy()}
    return lambda: session.run(None, feed)


def make_runner(engine, model, batch, size):
    if engine == "onnxruntime":
        return onnx_runner(model, batch, size)
    layout = torch.channels_last if engine == "torch channels last" else torch.contiguous_format
    return torch_runner(model, batch, size, layout)


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
                key = tuple(request[name] for name in ("engine", "model", "batch", "size"))
                if runners and next(iter(runners))[1:] != key[1:]:
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
