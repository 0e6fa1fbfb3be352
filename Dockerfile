# syntax=docker/dockerfile:1
# The server and every other command, for a volume at /data; docs/operations.md says how to use it.
#
#   docker build -t casetrove .
#
# TORCH_INDEX: an index of packages that has torch for processors alone; without it pip's own is asked, whose build for
# graphics cards is some GB larger. EXTRAS: optional parts of pyproject.toml. Where pip needs settings to reach an
# index, give them as a secret, which stays out of the image: --secret id=pip,src=pip.conf
FROM python:3.11-slim AS build
ARG TORCH_INDEX=""
ARG EXTRAS="llm"
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/casetrove
ENV PATH=/opt/casetrove/bin:$PATH
WORKDIR /src
COPY constraints.txt ./
# torch goes first, as in the Makefile, so that nothing pulls in a build with CUDA
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -c constraints.txt torch==2.13.0
COPY . .
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install -c constraints.txt ".[$EXTRAS]"

FROM python:3.11-slim
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin casetrove \
    && install -d -o casetrove -g casetrove -m 0750 /data
COPY --from=build /opt/casetrove /opt/casetrove
ENV PATH=/opt/casetrove/bin:$PATH \
    CASETROVE_DATA=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8000
# Alive, not ready: a folder that is empty yet is no reason to start anew.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["casetrove"]
CMD ["serve", "--host", "0.0.0.0", "--log-format", "json"]
