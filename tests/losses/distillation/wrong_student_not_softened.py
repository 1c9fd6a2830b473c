"""The logarithm is right, but the temperature got lost on the way: a soft teacher is compared with
a student at temperature 1.
"""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    q = F.log_softmax(student, dim=1)
    p = F.softmax(teacher / temperature, dim=1)
    soft = F.kl_div(q, p, reduction="batchmean")
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
