# Keeps one private PostgreSQL server for all test processes and ends it after the last.
#
#   sh keeper.sh BINARIES DIRECTORY GRACE_SECONDS
#
# Runs as the user that owns the server. Locks in DIRECTORY (flock(2), the same that the harness takes):
#   start   exclusive while a test process joins, or while this script removes everything
#   users   shared by every test process that uses the server; the kernel frees it however a process ends
#   keeper  exclusive while this script lives: at most one
#   server  inherited by the server's processes: held while any of them lives
# Nobody holding `users` for GRACE_SECONDS ends the server and removes DIRECTORY.
# The script holds `start` and `users` while it does so; who waited for `start` finds it unlinked and begins anew.

set -u
binaries=$1 directory=$2 grace=$3
trap '' HUP INT
umask 077
cd "$directory" || exit 1
exec 6>>server.lock 7>>users.lock 8>>keeper.lock 9>>start.lock
flock -n 8 || exit 1

serve() {
    rm -rf data socket
    mkdir socket
    "$binaries/initdb" -D data -U testkit -A trust -E UTF8 --locale=C --no-sync 6>&- 7>&- 8>&- 9>&- || return 1
    # Speed before durability: nothing here outlives the tests.
    "$binaries/postgres" -D data -k "$directory/socket" -c listen_addresses= -c max_connections=400 \
        -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 \
        -c autovacuum=off -c jit=off -c max_wal_size=4GB -c checkpoint_timeout=1h -c timezone=UTC \
        7>&- 8>&- 9>&- &
}

stop() {
    # The pid is the server's as long as a process of the server holds the lock: never a stranger's.
    if ! flock -n 6; then
        kill -QUIT "$(head -n 1 data/postmaster.pid)"
        flock -w 60 6 || exit 1
    fi
}

end() {
    stop
    cd /
    rm -rf "$directory"
    exit 0
}
trap end TERM

# A server without its keeper (killed) is adopted.
if flock -n 6; then
    serve >log 2>&1 </dev/null || exit 1
fi
# From here the lock of `server` belongs to the server alone; a new descriptor asks for it.
exec 6>>server.lock

idle=0
while [ "$idle" -lt "$grace" ]; do
    sleep 1
    # The server is gone: who comes next starts another keeper.
    flock -n 6 && exit 1
    if flock -n 9; then
        if flock -n 7; then
            idle=$((idle + 1))
            [ "$idle" -lt "$grace" ] || end
            flock -u 7
        else
            idle=0
        fi
        flock -u 9
    else
        idle=0
    fi
done
