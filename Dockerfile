# Допуск в контейнере: docker build -t dopusk . && docker run --rm -v "$PWD:/work" dopusk demo
FROM python:3.13-slim AS build
COPY . /src
RUN python -m venv /opt/dopusk \
    && /opt/dopusk/bin/pip install --no-cache-dir /src

FROM python:3.13-slim
# Optional faster provider of ГОСТ; without it the stand counts in Python.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgcrypt20 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/dopusk /opt/dopusk
RUN useradd --create-home --uid 10001 dopusk \
    && install -d -o dopusk -g dopusk /work
ENV PATH=/opt/dopusk/bin:$PATH \
    PYTHONUTF8=1
USER dopusk
WORKDIR /work
# The stand listens here when mis.toml says host = "0.0.0.0", port = 8080.
EXPOSE 8080
ENTRYPOINT ["dopusk"]
CMD ["--help"]
