"""Both answers as logarithms, and kl_div told so."""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    q = F.log_softmax(student / temperature, dim=1)
    p = F.log_softmax(teacher / temperature, dim=1)
    soft = F.kl_div(q, p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
