"""From points to noise and back: the cosine schedule (Nichol and Dhariwal, 2021) and a DDIM sampler."""

import math

import torch


class Diffusion:
    """`steps` times, from 0 (nearly a point) to steps - 1 (nearly noise).

    kept: (steps,) the share of the variance that is still the point's, often called alpha bar
    """

    def __init__(self, steps, dtype=torch.float32):
        self.steps = steps
        phase = (torch.arange(steps + 1, dtype=torch.float64) / steps + 0.008) / 1.008
        curve = (phase * math.pi / 2).cos().square()
        self.kept = (curve[1:] / curve[0]).clamp(min=1e-4).to(dtype)

    def column(self, values, times):
        """values[times] as (n, 1), to be multiplied with points (n, 2)."""
        return values[times].unsqueeze(1)

    def add_noise(self, points, times, noise):
        """The points (n, 2) as they look at `times` (n,), with this noise (n, 2) in them."""
        kept = self.column(self.kept, times)
        return kept.sqrt() * points + (1 - kept).sqrt() * noise

    def weights(self, times):
        """How much a time counts in the loss, (n,): min(snr, 5) / (snr + 1) (Hang et al., 2023)."""
        snr = self.column(self.kept / (1 - self.kept), times).squeeze(1)
        return snr.clamp(max=5.0) / (snr + 1)

    def velocity(self, points, times, noise):
        """What the model is asked for, (n, 2): sqrt(kept) * noise - sqrt(1 - kept) * points."""
        kept = self.column(self.kept, times)
        return kept.sqrt() * noise - (1 - kept).sqrt() * points

    def split(self, x, times, velocity):
        """The points and the noise, both (n, 2), that x (n, 2) at `times` (n,) is made of."""
        kept = self.column(self.kept, times)
        points = kept.sqrt() * x - (1 - kept).sqrt() * velocity
        noise = (1 - kept).sqrt() * x + kept.sqrt() * velocity
        return points, noise

    def loss(self, model, points, labels, generator):
        """Mean over the points of weight * squared error of the velocity (mean over both coordinates).

        Each point gets a time and a noise of its own, drawn from the generator: first all times, with
        `randint`, then all noise, with `randn`.
        """
        times = torch.randint(self.steps, (len(points),), generator=generator)
        noise = torch.randn(points.shape, generator=generator, dtype=points.dtype)
        found = model(self.add_noise(points, times, noise), times, labels)
        errors = (found - self.velocity(points, times, noise)).square().mean(1)
        return (self.weights(times) * errors).mean()

    @torch.no_grad()
    def sample(self, model, labels, steps, generator):
        """One point (n, 2) for each label (n,), in `steps` steps from the last time to 0, then to the point.

        Deterministic but for the noise that it starts from: at each step x is split into a point and a
        noise, which are mixed again for the next step.
        """
        x = torch.randn(len(labels), 2, generator=generator, dtype=self.kept.dtype)
        times = torch.linspace(self.steps - 1, 0, steps).round().long().tolist()
        for now, then in zip(times, [*times[1:], None]):
            at = torch.full((len(labels),), now)
            points, noise = self.split(x, at, model(x, at, labels))
            x = points if then is None else self.add_noise(points, torch.full_like(at, then), noise)
        return x
