"""Train a small classifier to answer as a large one does."""

import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature, alpha):
    """Return alpha * T² * soft + (1 - alpha) * hard, a scalar; T is the temperature.

    student, teacher: (batch, classes) logits, which may be any numbers from -1000 to 1000
    labels:           (batch,), int64, from 0 to classes - 1
    temperature:      above 0; the soft answers are those of logits / T
    alpha:            from 0 to 1

    soft: the mean over the batch of KL(teacher's soft answer || student's soft answer), in
          nats; up to rounding, it's 0 where both answer alike and positive elsewhere
    hard: the mean over the batch of -log(probability of the label), at temperature 1
    The loss and its gradient are finite. The teacher is given: no gradient reaches its logits.
    """
    teacher = teacher.detach()
    soft = F.kl_div(
        F.softmax(student / temperature, dim=1),
        F.softmax(teacher / temperature, dim=1),
        reduction="batchmean",
    )
    hard = F.cross_entropy(student, labels)
    return alpha * temperature**2 * soft + (1 - alpha) * hard
