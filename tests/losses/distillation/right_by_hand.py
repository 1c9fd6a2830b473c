"""The formula, written out with logarithms that stay finite."""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    log_q = (student / temperature).log_softmax(dim=1)
    log_p = (teacher / temperature).log_softmax(dim=1)
    soft = (log_p.exp() * (log_p - log_q)).sum(dim=1).mean()
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
