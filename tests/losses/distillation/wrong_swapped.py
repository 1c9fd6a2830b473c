"""This is KL(student || teacher), the other direction: it's 0 for equal answers too, but it
forgives a student that leaves out what the teacher considers possible.
"""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    q = F.softmax(student / temperature, dim=1)
    p = F.log_softmax(teacher / temperature, dim=1)
    soft = F.kl_div(p, q, reduction="batchmean")
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
