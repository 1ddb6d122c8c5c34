"""Writes and reads GGUF, the file form of llama.cpp: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""

import struct

import numpy as np

ALIGNMENT = 32
TENSOR_TYPES = {"float32": 0, "float16": 1}


class Uint32(int):
    """A whole number that readers expect unsigned; plain int is written signed."""


def write_gguf(path, metadata, tensors):
    """`metadata`: name -> str, bool, Uint32, int, float or a list of one of them; `tensors`: name -> array (float16 or float32)."""
    with open(path, "wb") as file:
        file.write(struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata)))
        for key, value in metadata.items():
            file.write(_text(key) + _value(value))
        offset = 0
        for name, tensor in tensors.items():
            file.write(_description(name, tensor, offset))
            offset += _padded(tensor.nbytes)
        file.write(b"\0" * (_padded(file.tell()) - file.tell()))
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor).tobytes())
            file.write(b"\0" * (_padded(tensor.nbytes) - tensor.nbytes))


def _padded(size):
    return -(-size // ALIGNMENT) * ALIGNMENT


def _text(text):
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _value(value):
    type_code, encoded = _encoded(value)
    return struct.pack("<I", type_code) + encoded


def _encoded(value):
    if isinstance(value, bool):
        return 7, struct.pack("<?", value)
    if isinstance(value, Uint32):
        return 4, struct.pack("<I", value)
    if isinstance(value, int):
        return 5, struct.pack("<i", value)
    if isinstance(value, float):
        return 6, struct.pack("<f", value)
    if isinstance(value, str):
        return 8, _text(value)
    items = [_encoded(item) for item in value]
    return 9, struct.pack("<IQ", items[0][0], len(items)) + b"".join(encoded for _, encoded in items)


def _description(name, tensor, offset):
    # GGUF counts dimensions from the innermost outwards.
    dimensions = tensor.shape[::-1]
    return (
        _text(name)
        + struct.pack("<I", len(dimensions))
        + struct.pack(f"<{len(dimensions)}Q", *dimensions)
        + struct.pack("<IQ", TENSOR_TYPES[str(tensor.dtype)], offset)
    )


def read_gguf(path):
    """What `write_gguf` was given."""
    with open(path, "rb") as file:
        magic, _, tensor_count, metadata_count = struct.unpack("<4sIQQ", file.read(24))
        if magic != b"GGUF":
            raise ValueError(f"{path} is no GGUF file")
        metadata = {_read_text(file): _read_value(file, *_unpack(file, "<I")) for _ in range(metadata_count)}
        descriptions = [_read_description(file) for _ in range(tensor_count)]
        start = _padded(file.tell())
        tensors = {}
        for name, shape, kind, offset in descriptions:
            file.seek(start + offset)
            values = np.fromfile(file, dtype=kind, count=int(np.prod(shape)))
            tensors[name] = values.reshape(shape)
        return metadata, tensors


def _unpack(file, form):
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _read_text(file):
    (length,) = _unpack(file, "<Q")
    return file.read(length).decode()


def _read_value(file, type_code):
    if type_code == 8:
        return _read_text(file)
    if type_code == 9:
        item_code, count = _unpack(file, "<IQ")
        return [_read_value(file, item_code) for _ in range(count)]
    (value,) = _unpack(file, {4: "<I", 5: "<i", 6: "<f", 7: "<?"}[type_code])
    return value


def _read_description(file):
    name = _read_text(file)
    (rank,) = _unpack(file, "<I")
    shape = _unpack(file, f"<{rank}Q")[::-1]
    type_code, offset = _unpack(file, "<IQ")
    kind = next(name for name, code in TENSOR_TYPES.items() if code == type_code)
    return name, shape, kind, offset
