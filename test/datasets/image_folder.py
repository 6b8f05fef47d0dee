"""Writes image-folder.json beside this file: in which order torchvision's ImageFolder takes the files of a folder.

Run:   python test/datasets/image_folder.py     Needs: pip install torch==2.13.0; pip install --no-deps torchvision==0.28.0 numpy pillow
"""
import json, os, sys, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../golden'))
from torchvision_on_cpu import torchvision
ImageFolder = torchvision.datasets.ImageFolder

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = ['b/2.jpg', 'b/10.JPG', 'b/1.png', 'b/deep/a.webp', 'b/deep-er/z.tif', 'b/deep/er/q.jpeg', 'b/notes.txt', 'b/.hidden.png', 'a b/x.bmp', 'a b/X.ppm',
         'Z/é.jpg', 'Z/zz.pgm', 'Z/a.tiff', 'Z/f.jpg.txt', 'readme.jpg', 'ä/1.jpg', '10/1.jpg', '9/1.jpg', '_/_.jpg']
with tempfile.TemporaryDirectory() as root:
    for name in FILES:
        os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
        open(os.path.join(root, name), 'w').close()
    found = ImageFolder(root)
    samples = [[os.path.relpath(path, root).replace(os.sep, '/'), label] for path, label in found.samples]
with open(os.path.join(HERE, 'image-folder.json'), 'w') as f:
    json.dump(dict(files=FILES, classes=found.classes, samples=samples), f, indent=1, ensure_ascii=False)
    f.write('\n')
