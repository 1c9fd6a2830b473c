# A dojo on the CPU, for whoever has no Python at hand: docs/ci.md says how to build and run it.
FROM python:3.13-slim

# No compiler is needed: all wheels are built. ca-certificates are part of the image.
RUN pip install --no-cache-dir --disable-pip-version-check torch --index-url https://download.pytorch.org/whl/cpu
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
