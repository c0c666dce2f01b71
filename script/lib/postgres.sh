# shellcheck shell=bash
# A PostgreSQL server to be thrown away, for tests and for checking queries. Needs lib/common.sh.
#
# It listens on a socket in a folder of its own, never on TCP, and does not care for what a power cut would leave.

# Prints the folder of programs of the newest PostgreSQL with PostGIS; fails if there is none.
postgres_bin() {
    local bin major share best='' best_major=0
    for bin in ${REEVE_PG_BIN:+"$REEVE_PG_BIN"} /usr/lib/postgresql/*/bin \
        "$(pg_config --bindir 2>/dev/null || true)" \
        "$(dirname -- "$(readlink -f -- "$(command -v postgres || true)" 2>/dev/null || true)")"; do
        if [[ $bin != /* ]] || [ ! -x "$bin/postgres" ] || [ ! -x "$bin/initdb" ]; then
            continue
        fi
        major=$("$bin/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
        for share in "$("$bin/pg_config" --sharedir 2>/dev/null || true)" "/usr/share/postgresql/$major"; do
            if [ -n "$share" ] && [ -f "$share/extension/postgis.control" ] && [ "$major" -gt "$best_major" ]; then
                best=$bin best_major=$major
            fi
        done
        if [ "$bin" = "${REEVE_PG_BIN:-}" ] && [ -n "$best" ]; then
            break
        fi
    done
    [ -n "$best" ] && printf '%s\n' "$best"
}

# Runs a command as the user of the server: not root, which PostgreSQL refuses.
as_postgres() {
    if [ "$(id -u)" -ne 0 ]; then
        (cd / && "$@")
        return
    fi
    local user=nobody
    if id -u postgres >/dev/null 2>&1; then
        user=postgres
    fi
    (cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@")
}

# Makes and starts a server under folder $1, which must be there and be open for passing through.
# Sets throwaway (its folder and socket) and throwaway_url (address of its database postgres).
# shellcheck disable=SC2034  # throwaway_url is for the caller
throwaway_start() {
    local bin
    bin=$(postgres_bin) || {
        printf 'error: no PostgreSQL with PostGIS found; run script/bootstrap\n' >&2
        return 1
    }
    throwaway=$1/pg
    mkdir -m 700 -- "$throwaway"
    if [ "$(id -u)" -eq 0 ]; then
        local user=nobody
        if id -u postgres >/dev/null 2>&1; then
            user=postgres
        fi
        chown "$user:" -- "$throwaway"
    fi
    quietly as_postgres "$bin/initdb" --pgdata="$throwaway/data" --username=postgres --encoding=UTF8 \
        --locale=C.UTF-8 --auth=trust --no-sync --no-instructions || return 1
    quietly as_postgres "$bin/pg_ctl" start --pgdata="$throwaway/data" --log="$throwaway/log" --wait --timeout=60 \
        --options="-c listen_addresses= -c unix_socket_directories=$throwaway -c max_connections=200 \
            -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB \
            -c autovacuum=off -c max_wal_size=4GB -c timezone=UTC -c log_checkpoints=off" || {
        show_end "$throwaway/log"
        return 1
    }
    throwaway_bin=$bin
    throwaway_url="postgres://postgres@localhost/postgres?host=${throwaway//\//%2F}"
}

# Stops the server that throwaway_start started, if it runs. Its folder is the caller's to remove.
throwaway_stop() {
    if [ -n "${throwaway:-}" ] && [ -f "$throwaway/data/postmaster.pid" ]; then
        as_postgres "$throwaway_bin/pg_ctl" stop --pgdata="$throwaway/data" --mode=immediate --wait >/dev/null 2>&1 || true
    fi
    throwaway=
}
