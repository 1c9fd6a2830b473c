# A dojo on the CPU, for whoever has no Python at hand: docs/ci.md says how to build and run it.
ARG PYTHON=3.13
FROM python:${PYTHON}-slim

# No compiler is needed: all wheels are built. ca-certificates are part of the image.
# What pip takes torch from, or with torch==2.6.0 in front which one: --build-arg TORCH_PIP="..."
ARG TORCH_PIP="--index-url https://download.pytorch.org/whl/cpu"
RUN pip install --no-cache-dir --disable-pip-version-check torch ${TORCH_PIP}
COPY . /tmp/torchkata
RUN pip install --no-cache-dir --disable-pip-version-check /tmp/torchkata

# Nobody's account, whose only own folder is the dojo.
RUN useradd --create-home --uid 1000 learner
USER learner
WORKDIR /home/learner
RUN kata init dojo
WORKDIR /home/learner/dojo

# Nothing is written outside of the dojo and /tmp, so that both may be all that can be written to.
ENV PYTHONDONTWRITEBYTECODE=1 HOME=/home/learner
VOLUME /home/learner/dojo
CMD ["kata"]
