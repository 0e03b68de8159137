"""What is a Chinese sentence of ours."""

import re

from deepart.ui.words import chinese
from deepart.ui.words.told import told

# What Chinese sentences keep: formats, what recipes and cards call things, and words of the command line.
FORMATS = "PNG JPEG WebP GIF BMP TIFF AVIF HEIC SVG PDF PostScript CSV JSON UTF SHA MiB GiB zip safetensors GAN VAE CPU GPU psi"
CALLED = "file label name model arch config sha256 share code blocks channels fine members hidden restore stages encoder regions task version scale base64"
TYPED = "deepart python index pip install none cpu rrggbb cuda"
LATIN = set(f"{FORMATS} {CALLED} {TYPED}".split())
TABS = (chinese.CLASSIFY, chinese.SAMPLE, chinese.SLIDERS, chinese.RESTYLE, chinese.ENLARGE_TAB)


def foreign(text: str) -> set[str]:
    """Latin words that no Chinese sentence of ours holds. Flags, endings, and words with - _ . within are names."""
    bare = re.sub(r"--\w+|\.[a-z]+|\b[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)+", " ", text, flags=re.ASCII)
    return {word for word in re.findall(r"[A-Za-z][A-Za-z0-9]{2,}", bare) if word not in LATIN}


def is_told(text: str, *values: str) -> str:
    """The sentence that an artist gets, which must be Chinese and hold the values."""
    said = kept = told(text)
    assert said != text, f"no Chinese for {text!r}"
    for value in (*values, *TABS):
        assert value in kept or value in TABS, f"{text!r} -> {said!r} has lost {value!r}"
        kept = kept.replace(value, "")
    assert not foreign(kept), f"{text!r} -> {said!r} is half English"
    return said
