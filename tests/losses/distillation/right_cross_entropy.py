"""Cross-entropy with soft targets, less the entropy of the teacher."""

import torch
import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    p = (teacher / temperature).softmax(dim=1)
    soft = F.cross_entropy(student / temperature, p) - torch.special.entr(p).sum(dim=1).mean()
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
