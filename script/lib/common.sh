# shellcheck shell=bash
# Words that all scripts share. Sourced, not run; the caller has set `set -euo pipefail`.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
tools=$root/target/tools

say() {
    printf '==> %s\n' "$*" >&2
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() {
    command -v -- "$1" >/dev/null 2>&1
}

# Whether dotted version $1 is at least $2.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# Runs a command as root; asks sudo when this is an ordinary user.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo -- "$@"
    else
        fail "this needs root, and sudo is not installed. As root, run: $*"
    fi
}

# Shows the last lines of file $1 on standard error, indented.
show_end() {
    tail -n 60 -- "$1" | sed 's/^/    /' >&2
}

# Runs a command quietly; shows the end of what it said only when it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        show_end "$log"
    fi
    rm -f -- "$log"
    return "$status"
}

# Whether something takes connections on host $1, port $2.
port_taken() {
    (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

# Waits until command "${@:3}" succeeds, at most $1 seconds, while process $2 lives.
wait_until() {
    local limit=$1 process=$2 end=$((SECONDS + $1))
    shift 2
    until "$@" >/dev/null 2>&1; do
        kill -0 "$process" 2>/dev/null || return 1
        if [ "$SECONDS" -ge "$end" ]; then
            printf 'error: not ready after %s seconds\n' "$limit" >&2
            return 1
        fi
        sleep 0.1
    done
}

# Cargo's programs are not in PATH for non-login shells, and under sudo; Node may be our own.
for folder in "$tools/node/bin" "${CARGO_HOME:-${HOME:-/root}/.cargo}/bin"; do
    if [ -d "$folder" ]; then
        PATH=$folder:$PATH
    fi
done
export PATH
