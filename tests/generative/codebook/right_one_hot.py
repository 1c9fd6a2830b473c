"""One-hot rows times the codebook, and a Function of its own for the way straight through."""

import torch
import torch.nn.functional as F


class Through(torch.autograd.Function):
    @staticmethod
    def forward(ctx, codes, entries):
        return entries.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad, None


def quantize(codes, book, beta):
    with torch.no_grad():
        distances = (codes.unsqueeze(1) - book).square().sum(dim=2)
        chosen = distances.argmin(dim=1)
    nearest = F.one_hot(chosen, len(book)).to(book) @ book
    loss = F.mse_loss(nearest, codes.detach()) + beta * F.mse_loss(nearest.detach(), codes)
    return Through.apply(codes, nearest.detach()), loss, chosen
