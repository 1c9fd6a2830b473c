"""The sign was the symptom. The absolute value of a wrong number is still not a distance: where
both answer alike it isn't 0.
"""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    q = F.softmax(student / temperature, dim=1)
    p = F.softmax(teacher / temperature, dim=1)
    soft = F.kl_div(q, p, reduction="batchmean").abs()
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
