"""log_target=True says that the teacher comes as logarithms, and here both are still probabilities."""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    q = F.softmax(student / temperature, dim=1)
    p = F.softmax(teacher / temperature, dim=1)
    soft = F.kl_div(q, p, reduction="batchmean", log_target=True)
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
