"""Writes small picture files into the folder `pictures` beside this file, and what Pillow decodes them to, in pictures.json.

Run:   python test/datasets/pictures.py        Needs: pip install pillow==13.0.0 numpy
"""
import base64, json, os, zlib
import numpy as np, PIL
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, 'pictures')
os.makedirs(FOLDER, exist_ok=True)
rng = np.random.default_rng(1)


def photo(height, width):
    coarse = np.clip(rng.normal(size=(height // 8 + 2, width // 8 + 2, 3)) * 60 + 128, 0, 255).astype(np.uint8)
    smooth = np.asarray(Image.fromarray(coarse).resize((width, height), Image.BICUBIC)).astype(int)
    return Image.fromarray(np.clip(smooth + rng.integers(-12, 12, smooth.shape), 0, 255).astype(np.uint8))


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn, which neither Pillow nor torchvision makes
    return dict(exif=exif.tobytes())


transparent = photo(21, 30).convert('RGBA')
transparent.putalpha(Image.fromarray(rng.integers(0, 255, (21, 30)).astype(np.uint8)))
FILES = {
    'plain.jpg': (photo(45, 67), dict(quality=80)),
    'full-colour.jpeg': (photo(31, 17), dict(quality=90, subsampling=0)),
    'progressive.JPEG': (photo(40, 50), dict(progressive=True, format='JPEG')),
    'grey.jpg': (photo(19, 23).convert('L'), {}),
    'inks.jpg': (photo(24, 24).convert('CMYK'), {}),
    'turned.jpg': (photo(20, 33), turned()),
    'plain.png': (photo(13, 29), {}),
    'grey.png': (photo(13, 29).convert('L'), {}),
    'palette.png': (photo(13, 29).quantize(16), {}),
    'two-levels.png': (photo(13, 29).convert('1'), {}),
    'transparent.png': (transparent, {}),
    'grey-transparent.png': (photo(13, 29).convert('LA'), {}),
    'lossy.webp': (photo(25, 26), dict(quality=70)),
    'lossless.webp': (photo(12, 15), dict(lossless=True)),
    'plain.tiff': (photo(12, 11), {}),
    'plain.bmp': (photo(11, 14), {}),
    'grey.bmp': (photo(9, 14).convert('L'), {}),
    'palette.bmp': (photo(9, 13).quantize(16), {}),
    'two-levels.bmp': (photo(9, 13).convert('1'), {}),
    'transparent.bmp': (transparent.crop((0, 0, 9, 7)), {}),
    'plain.ppm': (photo(8, 9), {}),
    'grey.pgm': (photo(8, 9).convert('L'), {}),
}
# Forms that Pillow reads and does not write: few levels, a comment, rows from the top, 4 bits a pixel.
few = rng.integers(0, 101, 5 * 4 * 3).astype(np.uint8).tobytes()
header = lambda width, height, bits, used: b'BM' + bytes(8) + (54 + 4 * used).to_bytes(4, 'little') + \
    (40).to_bytes(4, 'little') + width.to_bytes(4, 'little') + height.to_bytes(4, 'little', signed=True) + (1).to_bytes(2, 'little') + \
    bits.to_bytes(2, 'little') + bytes(16) + used.to_bytes(4, 'little') + bytes(4)
RAW = {
    'few-levels.ppm': b'P6 # made by hand\n4 5\n100\n' + few,
    'from-the-top.bmp': header(5, -3, 24, 0) + rng.integers(0, 256, 16 * 3).astype(np.uint8).tobytes(),
    'four-bits.bmp': header(5, 3, 4, 16) + rng.integers(0, 256, 4 * 16 + 4 * 3).astype(np.uint8).tobytes(),
}
decoded = {}
for name in [*FILES, *RAW]:
    path = os.path.join(FOLDER, name)
    if name in FILES: FILES[name][0].save(path, **FILES[name][1])
    else: open(path, 'wb').write(RAW[name])
    pixels = np.asarray(Image.open(path).convert('RGB'))
    decoded[name] = dict(size=pixels.shape[:2], pixels=base64.b64encode(zlib.compress(pixels.tobytes())).decode())
with open(os.path.join(HERE, 'pictures.json'), 'w') as f:
    json.dump(dict(source=f'Pillow {PIL.__version__}, by pictures.py', files=decoded), f, separators=(',', ':'))
    f.write('\n')
print(os.path.getsize(os.path.join(HERE, 'pictures.json')))
