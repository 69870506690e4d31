#!/bin/bash
# Makes the images that functions run in: debian:bookworm-slim where it is missing, and Berth's own on top of it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
base=debian:bookworm-slim
rebuild=false
runtimes=()
self=false
usage() {
    cat <<'USAGE'
usage: build.sh [--rebuild] [RUNTIME...] [berth]

Makes the images berth/python3, berth/nodejs, berth/java and berth/provided, or those of the RUNTIMEs given, from the
Dockerfiles beside this script. Run it again whenever you like: what is there is left alone; --rebuild makes it anew.
"berth" makes berth/berth, for docker-compose.yml, of what ./berth build made; anew each time, since that changes.

They stand on debian:bookworm-slim. If the engine lacks it, it is pulled; where no registry answers, it is made with
debootstrap, for which this must run as root (apt-get install debootstrap). Debian's packages come from its mirrors.
USAGE
}
for word in "$@"; do
    case $word in
        --rebuild) rebuild=true ;;
        -h | --help)
            usage
            exit
            ;;
        berth) self=true ;;
        python3 | nodejs | java | provided) runtimes+=("$word") ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
done
[ ${#runtimes[@]} -gt 0 ] || $self || runtimes=(python3 nodejs java provided)

scratch=$(mktemp -d)
trap 'rm -rf --one-file-system "$scratch"' EXIT

fail() {
    echo "images: $1" >&2
    exit 1
}

# Runs a step with its output kept away, and shows the end of it only if the step fails.
step() {
    local what=$1 began=$SECONDS
    shift
    printf 'images: %s ... ' "$what"
    if "$@" >"$scratch/log" 2>&1; then
        echo "done in $((SECONDS - began)) s"
    else
        echo "failed"
        tail -n 20 "$scratch/log" >&2
        exit 1
    fi
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# A registry that is out of reach answers with a timeout of minutes; ask with one of seconds before pulling.
registry_answers() { timeout 6 docker manifest inspect "$base" >/dev/null 2>&1; }

bootstrap_base() {
    debootstrap --variant=minbase bookworm "$scratch/root"
    rm -rf "$scratch"/root/var/cache/apt/archives/*.deb "$scratch"/root/var/lib/apt/lists/* \
        "$scratch"/root/usr/share/{doc,man,info,locale}/*
    tar -C "$scratch/root" --one-file-system -c . | docker import --change 'CMD ["bash"]' - "$base"
}

docker version --format '{{.Server.Version}}' >/dev/null 2>"$scratch/engine" \
    || fail "no Docker engine answers ($(head -c 200 "$scratch/engine")). Start one, or use --containers process."

if ! has_image "$base"; then
    if registry_answers; then
        step "pulling $base" docker pull -q "$base"
    else
        command -v debootstrap >/dev/null || fail "no registry answers and debootstrap is missing. Run: apt-get install debootstrap"
        [ "$(id -u)" = 0 ] || fail "no registry answers, and debootstrap needs root. Run this script as root."
        step "making $base with debootstrap" bootstrap_base
    fi
fi
for runtime in "${runtimes[@]}"; do
    if $rebuild || ! has_image "berth/$runtime"; then
        # The classic builder: BuildKit would ask a registry for the base image's metadata.
        step "building berth/$runtime" env DOCKER_BUILDKIT=0 docker build -q -t "berth/$runtime" "$here/$runtime"
    fi
done
if $self; then
    root=$(cd "$here/../.." && pwd)
    [ -f "$root/berth-cli/target/berth-cli.jar" ] || fail "there is no berth-cli/target/berth-cli.jar. Run ./berth build first."
    step "building berth/berth" env DOCKER_BUILDKIT=0 docker build -q -t berth/berth "$root"
    runtimes+=(berth)
fi
echo "images: ready ($(printf 'berth/%s ' "${runtimes[@]}"| sed 's/ $//'))"
