"""Distillation: what `distillation_loss` promises.

With p the teacher's soft answer and q the student's, KL = sum of p log(p / q), and its slope along the
student's logits is (q - p) / T. For a label, the slope of -log q is q - (1 for the label, 0 for the others).
"""

import math

import pytest
import torch

from torchkata import gradients
from torchkata.checks import close, equal

pytestmark = pytest.mark.float64

STUDENT = [[2.0, -1.0, 0.5, 0.0], [0.0, 1.5, -0.5, 3.0]]
TEACHER = [[1.0, 0.0, -2.0, 4.0], [0.5, 0.5, 2.0, -1.0]]
LABELS = [3, 2]
CLAIM = "the gradient along the student's logits is that of the KL from the teacher, and of the label's loss"
ORACLE = "closed form alpha T (q - p) / batch + (1 - alpha) (q1 - one_hot) / batch"


def tensor(values, device):
    return torch.tensor(values, dtype=torch.float64, device=device)


def softmax(scores, temperature=1.0):
    sizes = [math.exp((score - max(scores)) / temperature) for score in scores]
    return [size / sum(sizes) for size in sizes]


def soft_of(student, teacher, temperature):
    """The mean over the rows of KL(teacher || student)."""
    total = 0.0
    for s, t in zip(student, teacher):
        q, p = softmax(s, temperature), softmax(t, temperature)
        total += sum(a * math.log(a / b) for a, b in zip(p, q))
    return total / len(student)


def hard_of(student, labels):
    return sum(-math.log(softmax(s)[label]) for s, label in zip(student, labels)) / len(student)


def loss_of(module, device, temperature, alpha, rows=2, classes=4):
    student, teacher = ([row[:classes] for row in values[:rows]] for values in (STUDENT, TEACHER))
    labels = [label % classes for label in LABELS[:rows]]
    loss = module.distillation_loss(
        tensor(student, device),
        tensor(teacher, device),
        torch.tensor(labels, device=device),
        temperature,
        alpha,
    )
    return loss, soft_of(student, teacher, temperature), hard_of(student, labels)


# What distillation_loss promises


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_a_student_that_answers_like_its_teacher_costs_nothing(solution, device, temperature):
    logits = tensor(TEACHER, device)
    labels = torch.tensor(LABELS, device=device)
    loss = solution.distillation_loss(logits, logits.clone(), labels, temperature, 1.0)
    close(loss, tensor(0.0, device), f"the soft loss of equal logits at temperature {temperature}")
    shifted = solution.distillation_loss(logits + 3.0, logits, labels, temperature, 1.0)
    close(shifted, tensor(0.0, device), "the soft loss of logits that are all 3 higher")


@pytest.mark.parametrize("alpha", [0.25, 1.0])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
@pytest.mark.parametrize(("rows", "classes"), [(1, 2), (1, 4), (2, 3)])
def test_the_loss_follows_the_formula(solution, device, rows, classes, temperature, alpha):
    loss, soft, hard = loss_of(solution, device, temperature, alpha, rows, classes)
    wanted = alpha * temperature**2 * soft + (1 - alpha) * hard
    what = f"the loss of {rows} samples, {classes} classes, temperature {temperature}, alpha {alpha}"
    close(loss, tensor(wanted, device), what)


def test_a_class_that_nobody_considers_changes_nothing(solution, device):
    student, teacher = tensor(STUDENT, device), tensor(TEACHER, device)
    labels, never = torch.tensor(LABELS, device=device), tensor([[-1000.0], [-1000.0]], device)
    loss = solution.distillation_loss(
        torch.cat([student, never], dim=1), torch.cat([teacher, never], dim=1), labels, 1.0, 1.0
    )
    wanted = tensor(soft_of(STUDENT, TEACHER, 1.0), device)
    close(loss, wanted, "the soft loss with a fifth class whose probability is 0")


def student_gradient(module, device):
    """The slope of 3 * loss along the student's logits, at temperature 2, alpha 0.75."""
    temperature, alpha = 2.0, 0.75
    start, teacher = tensor(STUDENT, device), tensor(TEACHER, device)
    labels = torch.tensor(LABELS, device=device)

    def objective(at):
        rows = at.tolist()
        soft = soft_of(rows, TEACHER, temperature)
        return 3 * (alpha * temperature**2 * soft + (1 - alpha) * hard_of(rows, LABELS))

    analytic = []
    for s, t, label in zip(STUDENT, TEACHER, LABELS):
        q, p, q1 = softmax(s, temperature), softmax(t, temperature), softmax(s)
        analytic.append(
            [
                1.5 * (alpha * temperature * (q[k] - p[k]) + (1 - alpha) * (q1[k] - (k == label)))
                for k in range(4)
            ]
        )
    numeric = gradients.central_difference(objective, start)
    logits = start.clone().requires_grad_()
    (3 * module.distillation_loss(logits, teacher, labels, temperature, alpha)).backward()
    what = "the slope of 3 * loss along the student's logits"
    return gradients.compare(logits.grad, analytic=tensor(analytic, device), numeric=numeric, what=what)


def test_the_student_is_pulled_toward_the_teacher(solution, device, evidence):
    report = student_gradient(solution, device)
    evidence(
        report, claim=CLAIM, oracle=ORACLE, config={"student": STUDENT, "teacher": TEACHER}, checkpoint={}
    )
    report.require()


@pytest.mark.parametrize("size", [40.0, 1000.0])
def test_a_student_that_is_sure_of_another_class_is_corrected(solution, device, size):
    student = tensor([[size, -size, 0.0]], device).requires_grad_()
    labels = torch.tensor([1], device=device)
    loss = solution.distillation_loss(student, tensor([[-size, size, 0.0]], device), labels, 1.0, 1.0)
    close(loss, tensor(2 * size, device), f"the soft loss at logits of {size} for opposite classes")
    loss.backward()
    close(student.grad, [[1.0, -1.0, 0.0]], f"the slope at logits of {size} for opposite classes")


# What already works and must stay


def test_without_a_soft_part_the_labels_alone_count(solution, device):
    loss, _, hard = loss_of(solution, device, temperature=3.0, alpha=0.0)
    close(loss, tensor(hard, device), "the loss with alpha 0, at temperature 3")


def test_nothing_reaches_the_teacher(solution, device):
    student = tensor(STUDENT, device).requires_grad_()
    teacher = tensor(TEACHER, device).requires_grad_()
    solution.distillation_loss(student, teacher, torch.tensor(LABELS, device=device), 2.0, 0.5).backward()
    equal(teacher.grad is None, True, "whether the teacher's logits are without a gradient")
    equal(teacher.requires_grad, True, "whether the teacher's logits still require a gradient")
    equal(teacher.detach(), tensor(TEACHER, device), "the teacher's logits after the loss")
    equal(student.detach(), tensor(STUDENT, device), "the student's logits after the loss")


def test_a_label_far_from_the_students_mind_has_a_finite_loss(solution, device):
    student = tensor([[1000.0, -1000.0]], device).requires_grad_()
    labels = torch.tensor([1], device=device)
    loss = solution.distillation_loss(student, student.detach(), labels, 1.0, 0.0)
    close(loss, tensor(2000.0, device), "the loss of a label 2000 below the best class, with alpha 0")


# The documented failure


def test_a_perfect_student_has_a_negative_loss(broken, device):
    logits = tensor([[0.0, 0.0]], device)
    loss = broken.distillation_loss(logits, logits, torch.tensor([0], device=device), 1.0, 1.0)
    # sum of p (log p - q), with p = q = 1/2
    close(loss, tensor(-math.log(2) - 0.5, device), "the soft loss of two equal answers")


def test_the_pull_is_that_of_another_formula(broken, device, evidence):
    report = student_gradient(broken, device)
    evidence(
        report, claim=CLAIM, oracle=ORACLE, config={"student": STUDENT, "teacher": TEACHER}, checkpoint={}
    )
    wanted = []
    for s, t, label in zip(STUDENT, TEACHER, LABELS):
        q, p, q1 = softmax(s, 2.0), softmax(t, 2.0), softmax(s)
        mean = sum(a * b for a, b in zip(p, q))  # the slope of -sum of p q along a logit: q (mean - p)
        wanted.append([1.5 * (1.5 * q[k] * (mean - p[k]) + 0.25 * (q1[k] - (k == label))) for k in range(4)])
    close(report.autograd, wanted, "the slope of 3 * loss along the student's logits")


def test_a_sure_student_is_never_corrected(broken, device):
    student = tensor([[40.0, -40.0, 0.0]], device).requires_grad_()
    labels = torch.tensor([1], device=device)
    broken.distillation_loss(student, tensor([[-40.0, 40.0, 0.0]], device), labels, 1.0, 1.0).backward()
    close(student.grad, [[0.0, 0.0, 0.0]], "the slope of a student that is sure of another class")
