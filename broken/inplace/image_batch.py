"""Make a batch for a convolutional network out of decoded pictures."""

import torch


def image_batch(pictures):
    """Return `pictures` as one batch, in the layout and number range that a convolution expects.

    pictures: list of (height, width, channels) uint8 tensors on one device, all of one shape, as image
              decoders return them: row by row, each pixel with its channels
    Returns float32, (pictures, channels, height, width), where element [i, c, y, x] is
    pictures[i][y, x, c] / 255. The pictures don't change. Raises ValueError if there are none.
    """
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    height, width, channels = pictures[0].shape
    batch = torch.stack(pictures).view(len(pictures), channels, height, width)
    return batch.float() / 255
