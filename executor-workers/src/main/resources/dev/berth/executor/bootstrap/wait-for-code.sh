# Berth's prewarmed container of a runtime that brings its own program: waits on the Runtime API for a function, and becomes
# its program. Started as: bash wait-for-code.sh
set -eu
LC_ALL=C # bytes, not characters

exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API##*:}" || exit 1
printf 'GET /berth/2026-11-01/code HTTP/1.1\r\nHost: berth\r\nConnection: close\r\n\r\n' >&3

read -r _ status _ <&3 || exit 1
while IFS= read -r line <&3 && [ "$line" != $'\r' ]; do :; done
if [ "$status" != 200 ]; then
    echo "The Runtime API refused the code of this container: $status" >&2
    exit 1
fi

# NAME=value each, an empty string, and the words of the command, all ended by NUL.
environment=()
while IFS= read -r -d '' pair <&3 && [ -n "$pair" ]; do environment+=("$pair"); done
command=()
while IFS= read -r -d '' word <&3; do command+=("$word"); done
exec 3<&- 3>&-

exec env -u BERTH_PREWARMED -u SHLVL -u OLDPWD -u _ "${environment[@]}" "${command[@]}"
