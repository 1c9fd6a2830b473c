"""The logarithm is right, but the reduction "mean" divides by the number of classes as well as by
the batch. The more classes there are, the less the teacher counts.
"""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    teacher = teacher.detach()
    q = F.log_softmax(student / temperature, dim=1)
    p = F.softmax(teacher / temperature, dim=1)
    soft = F.kl_div(q, p)
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
