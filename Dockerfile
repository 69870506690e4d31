# Berth itself: every part of it, chosen by the command. It holds what ./berth build made, so that comes first:
#   ./berth build && executor-workers/images/build.sh berth
# Functions do not run in this image, but in those of executor-workers/images, started by an executor beside it.
FROM debian:bookworm-slim
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends ca-certificates openjdk-17-jre-headless iptables >/dev/null \
    && rm -rf /var/lib/apt/lists/*
COPY berth /opt/berth/berth
COPY berth-cli/target/lib /opt/berth/berth-cli/target/lib
COPY berth-cli/target/berth-cli.jar /opt/berth/berth-cli/target/berth-cli.jar
# Each part keeps its state in /var/lib/berth, a volume; the launcher notes in .berth which Java it found.
RUN useradd --system --uid 10001 berth \
    && mkdir -p /var/lib/berth /opt/berth/.berth \
    && chown berth /var/lib/berth /opt/berth/.berth
ENV BERTH_NO_BUILD=1 BERTH_HEALTH_HOST=0.0.0.0 BERTH_DATA_DIR=/var/lib/berth
VOLUME /var/lib/berth
# An executor needs root, for the Docker engine's socket and the machine's firewall; the others do not.
USER berth
ENTRYPOINT ["/opt/berth/berth"]
CMD ["--help"]
LABEL dev.berth.image="berth"
