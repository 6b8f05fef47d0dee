"""Times torchvision with Pillow on a folder of photographs: one task a line on stdin, milliseconds on stdout."""
import os, sys, time, warnings

warnings.filterwarnings('ignore')
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../golden'))
from torchvision_on_cpu import torchvision
import PIL, torch
from PIL import Image

models, ImageFolder = torchvision.models, torchvision.datasets.ImageFolder
BILINEAR = models.ResNet50_Weights.IMAGENET1K_V2.transforms()
BICUBIC = models.EfficientNet_B0_Weights.IMAGENET1K_V1.transforms()
folder = sys.argv[1]
files = [path for path, _ in ImageFolder(folder).samples]


def decode(path):
    with open(path, 'rb') as f:
        return Image.open(f).convert('RGB')


def batches():
    data = ImageFolder(folder, transform=BILINEAR)
    for _ in torch.utils.data.DataLoader(data, batch_size=32, num_workers=os.cpu_count()): pass


torch.set_num_threads(1)  # what is done to one picture is too little to share
decoded = [decode(path) for path in files]
TASKS = {
    'decode': lambda: [decode(path) for path in files],
    'bilinear': lambda: [BILINEAR(picture) for picture in decoded],
    'bicubic': lambda: [BICUBIC(picture) for picture in decoded],
    'one by one': lambda: [BILINEAR(decode(path)) for path in files],
    'batches': batches,
}
print(f'torchvision {torchvision.__version__}, Pillow {PIL.__version__}, torch {torch.__version__}', flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    TASKS[line.strip()]()
    print((time.perf_counter() - start) * 1000, flush=True)
