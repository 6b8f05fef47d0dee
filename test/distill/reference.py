"""Writes reference.json: losses and gradients of torch for test/distill/loss.test.ts. Run: python reference.py (needs torch 2.13)."""
import json, os
import torch
import torch.nn.functional as F

torch.manual_seed(0)
cases = []
for temperature, alpha, scale in ((1.0, 0.5, 1), (4.0, 0.1, 1), (2.0, 0.0, 3), (1.0, 1.0, 1), (0.5, 0.3, 100)):
    student, teacher = torch.randn(6, 10, dtype=torch.float64) * scale, torch.randn(6, 10, dtype=torch.float64) * scale
    student, teacher = student.float().double(), teacher.float().double()
    labels = torch.randint(0, 10, (6,))
    student.requires_grad_(True)
    hard = F.cross_entropy(student, labels)
    soft = F.kl_div(F.log_softmax(student / temperature, 1), F.softmax(teacher / temperature, 1), reduction='batchmean') * temperature ** 2
    loss = alpha * hard + (1 - alpha) * soft
    loss.backward()
    plain = F.cross_entropy(student, labels) + F.cross_entropy(student, F.softmax(teacher, 1))
    cases.append(dict(temperature=temperature, alpha=alpha, student=student.tolist(), teacher=teacher.tolist(), labels=labels.tolist(),
                      loss=loss.item(), gradient=student.grad.tolist(), plain=plain.item()))
features = torch.randn(2, 3, 3, 4), torch.randn(2, 3, 3, 5)
maps = [F.normalize(f.pow(2).mean(3).flatten(1), dim=1) for f in features]
attention = dict(student=features[0].tolist(), teacher=features[1].tolist(), loss=(maps[0] - maps[1]).pow(2).mean().item())
with open(os.path.join(os.path.dirname(__file__), 'reference.json'), 'w') as f:
    json.dump(dict(torch=torch.__version__, cases=cases, attention=attention), f)
    f.write('\n')
