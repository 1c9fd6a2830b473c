"""Every calculation makes a new tensor, even one that adds 0."""


def gradient_log(x, y, passes):
    log = []
    for _ in range(passes):
        (x**2 + y**2).backward()
        log.append((x.grad + 0, y.grad + 0))
    return log
