"""Tell a language model where its tokens are, by turning their queries and keys."""

import torch


class Rotary(torch.nn.Module):
    """The angles of a rotary position embedding (Su et al., 2021).

    width: of the vectors, even; base: the larger it is, the slower the slow pairs of elements turn
    Pair k turns by base ** (-2 k / width) from one position to the next. It's part of a model, which
    may be moved and cast as a whole. It has no parameters, and nothing of it is in a state dict.
    """

    def __init__(self, width, base=10000.0):
        super().__init__()
        self.width, self.base = width, base
        self.register_buffer("place", torch.empty(0), persistent=False)

    def forward(self, length):
        """Return the angles of positions 0 to length - 1, (length, width / 2)."""
        # In float32, whatever the model is cast to: bfloat16 has no 257, let alone a 257.5.
        exact = {"device": self.place.device, "dtype": torch.float32}
        speeds = self.base ** -(torch.arange(0, self.width, 2, **exact) / self.width)
        return torch.outer(torch.arange(length, **exact), speeds)


def rotate(rotary, vectors):
    """Return queries or keys, each turned by its position.

    rotary:  a `Rotary` of the same width, in the dtype of the model
    vectors: (..., length, width), float32, bfloat16 or float16, the dtype of the model; length up to 4096
    Element k and element width / 2 + k are the two coordinates of pair k: (x, y) becomes
    (x cos a - y sin a, x sin a + y cos a), with a the angle of the position. It has shape and dtype of
    `vectors`, and is exact up to the rounding of that dtype: in each of them, the product of a query and
    a key depends on how far apart they are, and not on where.
    """
    angles = rotary(vectors.shape[-2])
    cos, sin = angles.cos().to(vectors.dtype), angles.sin().to(vectors.dtype)
    x, y = vectors.chunk(2, dim=-1)
    return torch.cat([x * cos - y * sin, x * sin + y * cos], dim=-1)
