"""How a picture looks to those who see no colour, no red or no green: does every distinction survive?

Colour vision is simulated after Machado, Oliveira & Fernandes 2009 (IEEE Trans. Vis. Comput. Graph. 15:1291,
doi:10.1109/TVCG.2009.113), severity 1.0, whose matrices are for linear RGB; grey is relative luminance (IEC
61966-2-1).
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

MATRICES = {
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}


def seen_as(png: bytes, how: str) -> bytes:
    """The picture as PNG once more, in "grey", or as somebody without green ("deutan") or red ("protan") cones
    sees it."""
    colours = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), np.float32) / 255
    out = io.BytesIO()
    Image.fromarray(simulated(colours, how)).save(out, "PNG")
    return out.getvalue()


def simulated(colours: np.ndarray, how: str) -> np.ndarray:
    """sRGB from 0 to 1 in the last axis, as bytes."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(MATRICES[how], np.float32).T, 0, 1)
    back = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
    return np.round(back * 255).astype(np.uint8)
