"""Make a batch for a convolutional network out of decoded pictures."""

import torch


def image_batch(pictures):
    """Return `pictures` as one batch, in the layout and the range of numbers that a convolution is fed with.

    pictures: list of (height, width, channels) uint8 tensors on one device, as decoders deliver them: a row
              of pixels after the other, each pixel with its channels; all of one shape
    Returns float32, (pictures, channels, height, width), where element [i, c, y, x] is pictures[i][y, x, c]
    divided by 255. The pictures are not changed. Raises ValueError when there are none.
    """
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    # the axis of the channels moves, and every number with it; view() only cuts the same row of numbers anew
    batch = torch.stack(pictures).permute(0, 3, 1, 2)
    return batch.float() / 255
