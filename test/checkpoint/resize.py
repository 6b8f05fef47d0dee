"""Writes resize.json beside this file: pictures resized by Pillow, whose filters Hugging Face's image processors use.

Run:  pip install numpy pillow;  python resize.py
"""
import json, os
import numpy as np
from PIL import Image

HEIGHT, WIDTH = 9, 11
values = [(i * i * 7 + i * 31) % 256 for i in range(HEIGHT * WIDTH * 3)]
picture = Image.fromarray(np.array(values, dtype=np.uint8).reshape(HEIGHT, WIDTH, 3))
cases = [dict(height=h, width=w, resample=r, pixels=np.asarray(picture.resize((w, h), r)).flatten().tolist())
         for r in (2, 3) for h, w in ((6, 4), (14, 16), (9, 20), (3, 11))]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'resize.json'), 'w') as f:
    json.dump(dict(source='Pillow ' + Image.__version__ + ', by resize.py', height=HEIGHT, width=WIDTH, values=values, cases=cases), f, separators=(',', ':'))
    f.write('\n')
