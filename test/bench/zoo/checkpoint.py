"""Times torch on checkpoints: a JSON list of words a line on stdin, an answer a line on stdout."""
import json, sys, time, warnings

warnings.filterwarnings('ignore')
import torch


def network(state):
    """Modules with the names and shapes of a state dict; what they compute does not matter here."""
    root = torch.nn.Module()
    for name, value in state.items():
        *path, last = name.split('.')
        module = root
        for part in path:
            if part not in module._modules: module.add_module(part, torch.nn.Module())
            module = module._modules[part]
        if value.is_floating_point() and 'running' not in last: module.register_parameter(last, torch.nn.Parameter(torch.empty_like(value)))
        else: module.register_buffer(last, torch.empty_like(value))
    return root


net = None
print(torch.__version__, flush=True)
for line in sys.stdin:
    task, file, *others = json.loads(line)
    if task == 'rewrite':
        state = torch.load(file, weights_only=True)
        net = network(state)
        torch.save(state, others[0])
        torch.save(state, others[1], _use_new_zipfile_serialization=False)
        del state
        print('done', flush=True)
        continue
    start = time.perf_counter()
    net.load_state_dict(torch.load(file, weights_only=True))
    print((time.perf_counter() - start) * 1000, flush=True)
