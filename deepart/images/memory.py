"""What decoding a picture would take, told from its header: some formats need three times their pixels.

The figures are measured peaks in bytes a pixel, beyond the file itself, of the whole way from the reader to 8-bit sRGB.
"""

from deepart.images.limits import MAX_DECODING_BYTES, Refused

_PIXEL_BYTES = {
    (
        "JPEG",
        "CMYK",
    ): 12.1,  # a progressive one holds two bytes of coefficients for each sample, beside the pixels
    ("WEBP", "RGB"): 13.4,  # its decoder keeps two canvases of four bytes, and Pillow copies one of them
    ("WEBP", "RGBA"): 13.4,
}
_OTHERS = 9.9  # 40 megapixels of it and the largest file fit
_LAYERS = (1.0, 1.5, 2.0, 3.0)  # samples a pixel: gray, 4:2:0, 4:2:2, 4:4:4


def check_memory(kind: str, mode: str, size: tuple[int, int], data: bytes) -> None:
    """Raise `Refused` when decoding would take more than MAX_DECODING_BYTES. mode: Pillow's; size: (width, height)."""
    each = (
        _iso_pixel_bytes(mode, data) if kind in ("AVIF", "HEIF") else _PIXEL_BYTES.get((kind, mode), _OTHERS)
    )
    width, height = size
    if width * height * each + len(data) > MAX_DECODING_BYTES:
        millions = int((MAX_DECODING_BYTES - len(data)) / each / 1e6)
        raise Refused(
            f"is {width} x {height} pixels, more than the {millions} million that we can decode of its kind of {kind}: "
            "make it smaller and try again."
        )


def _iso_pixel_bytes(mode: str, data: bytes) -> float:
    """AVIF and HEIC hold planes of one or two bytes a sample, beside the pixels made of them and a copy of those."""
    layers, depth = 0.0, 1
    for samples, is_deep in (*_each(data, b"av1C", _av1), *_each(data, b"hvcC", _hevc)):
        layers, depth = max(layers, samples), 2 if is_deep else depth
    if not layers:
        layers, depth = 3.0, 2  # it does not say: the worst
    has_alpha = mode.endswith("A")
    tiles = 2 if b"grid" in data[:4096] and b"av1C" in data else 1  # tiles are decoded beside the whole
    return 1.12 * (tiles * depth * (layers + has_alpha) + 2 * (4 if has_alpha else 3))


def _each(data: bytes, name: bytes, read) -> list[tuple[float, bool]]:
    found, at = [], data.find(name)
    while at >= 0 and len(found) < 64 and at + 24 < len(data):
        found.append(read(data[at + 4 : at + 24]))
        at = data.find(name, at + 4)
    return found


def _av1(body: bytes) -> tuple[float, bool]:
    """(samples a pixel, more than 8 bits) of an AV1 configuration."""
    is_gray, x_halved, y_halved = body[2] & 16, body[2] & 8, body[2] & 4
    return (1.0 if is_gray else 1.5 if y_halved else 2.0 if x_halved else 3.0), bool(body[2] & 64)


def _hevc(body: bytes) -> tuple[float, bool]:
    """(samples a pixel, more than 8 bits) of an HEVC configuration."""
    return _LAYERS[body[16] & 3], bool(body[17] & 7)
