"""What a shared library needs and gives, as JSON: python symbols.py needs|gives FILE.

`needs` lists the symbols that FILE takes from elsewhere, each with the library that it is bound to and the version of it
that it asks for. Mach-O names the library, or leaves it to the program that loads FILE ("loader"); in ELF any library may
give it (null). `gives` lists TensorFlow's C symbols that FILE exports, and those of its namespace tsl.
"""

import json
import mmap
import struct
import sys
from operator import attrgetter

ITSELF = 0
FLAT_LOOKUP = -2

# From <elf.h>, <mach-o/loader.h> and <mach-o/nlist.h>.
SHT_DYNSYM = 11
STB_GLOBAL, STB_WEAK = 1, 2
LC_SYMTAB = 2
N_PEXT, N_TYPE, N_SECT, N_INDR, N_EXT = 0x10, 0x0E, 0x0E, 0x0A, 0x01


def without_underscore(name):
    """Mach-O puts an underscore before every C name."""
    return name[1:] if name.startswith("_") else name


def needs_macho(binary):
    for binding in binary.bindings:
        symbol, number = attrgetter("symbol", "library_ordinal")(binding)
        if number == ITSELF:
            continue
        library = "loader" if number == FLAT_LOOKUP else attrgetter("library")(binding).name
        yield {"name": without_underscore(symbol.name), "library": library, "version": None}


def needs_elf(binary):
    import lief

    for symbol in binary.dynamic_symbols:
        if symbol.shndx != 0 or symbol.name == "" or symbol.binding == lief.ELF.Symbol.BINDING.WEAK:
            continue
        wanted = symbol.symbol_version
        auxiliary = wanted.symbol_version_auxiliary if wanted and wanted.has_auxiliary_version else None
        yield {"name": symbol.name, "library": None, "version": auxiliary.name if auxiliary else None}


def needs(file):
    import lief

    lief.logging.disable()
    binary = lief.parse(file)
    return list((needs_macho if isinstance(binary, lief.MachO.Binary) else needs_elf)(binary))


def symbols_elf(data):
    """Symbols of the dynamic table that are defined and visible, as offsets of their names."""
    (sections,) = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, sections + i * size) for i in range(count)]
    table = next(header for header in headers if header[1] == SHT_DYNSYM)
    names = headers[table[6]][4]
    for name, info, _, section, _, _ in struct.iter_unpack("<IBBHQQ", data[table[4] : table[4] + table[5]]):
        if section != 0 and info >> 4 in (STB_GLOBAL, STB_WEAK):
            yield names + name


def symbols_macho(data):
    """External symbols of the table that are defined, or handed on from another library: offsets of names without "_"."""
    (commands,) = struct.unpack_from("<I", data, 16)
    offset = 32
    for _ in range(commands):
        command, size = struct.unpack_from("<II", data, offset)
        if command == LC_SYMTAB:
            table, count, names, _ = struct.unpack_from("<IIII", data, offset + 8)
            for name, kind, _, _, _ in struct.iter_unpack("<IBBHQ", data[table : table + 16 * count]):
                if kind & N_EXT and kind & N_TYPE in (N_SECT, N_INDR) and not kind & N_PEXT:
                    yield names + name + 1
        offset += size


def gives(file):
    """Read by hand: a library of 800 MB has a million symbols, too many for an object each."""
    with open(file, "rb") as opened:
        data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        symbols = symbols_elf if data[:4] == b"\x7fELF" else symbols_macho
        found = {data[at : data.find(b"\0", at)] for at in symbols(data) if data[at : at + 2] in (b"TF", b"_Z")}
    return sorted(name.decode() for name in found if name.startswith((b"TF_", b"TFE_", b"_ZN3tsl")))


def main():
    mode, file = sys.argv[1:]
    json.dump({"needs": needs, "gives": gives}[mode](file), sys.stdout)


main()
