# Keeps one private PostgreSQL server for all test processes and ends it after the last.
#
#   sh keeper.sh PROGRAMS DIRECTORY GRACE_SECONDS [USER GROUP]
#
# The server runs as USER and GROUP, both numbers, where they are given: PostgreSQL refuses to run as root.
# Locks in DIRECTORY (flock(2), the same that the harness takes):
#   start   exclusive while a test process joins, or while this script removes everything
#   users   shared by every test process that uses the server; the kernel frees it however a process ends
#   keeper  exclusive while this script lives: at most one
#   server  inherited by the server's processes: held while any of them lives
# Exits with 3 if the server cannot be started, and with 1 if it is gone or another keeper is there.
# Nobody holding `users` for GRACE_SECONDS ends the server and removes DIRECTORY.
# The script holds `start` and `users` while it does so; who waited for `start` finds it unlinked and begins anew.

set -u
programs=$1 directory=$2 grace=$3 user=${4:-} group=${5:-}
as=
[ -z "$user" ] || as="setpriv --reuid $user --regid $group --clear-groups --"
trap '' HUP INT
umask 077
cd "$directory" || exit 3
exec 6>>server.lock 7>>users.lock 8>>keeper.lock 9>>start.lock
flock -n 8 || exit 1

# Children must not hold the lock that says that this script lives.
try() {
    flock -n "$1" 8>&-
}

serve() {
    rm -rf data socket
    mkdir data socket
    [ -z "$user" ] || chown "$user:$group" data socket || return 1
    $as "$programs/initdb" -D data -U testkit -A trust -E UTF8 --locale=C --no-sync 6>&- 7>&- 8>&- 9>&- || return 1
    # Speed before durability: nothing here outlives the tests.
    $as "$programs/postgres" -D data -k "$directory/socket" -c listen_addresses= -c max_connections=400 \
        -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 \
        -c dynamic_shared_memory_type=mmap -c autovacuum=off -c jit=off -c max_wal_size=512MB -c checkpoint_timeout=1h \
        -c timezone=UTC \
        7>&- 8>&- 9>&- &
}

stop() {
    # The pid is the server's as long as a process of the server holds the lock: never a stranger's.
    if ! try 6; then
        kill -QUIT "$(head -n 1 data/postmaster.pid)"
        flock -w 60 6 8>&- || exit 1
    fi
}

end() {
    stop
    cd /
    # Gone at once for whoever comes now: what they make here must not fall to what is removed.
    mv "$directory" "$directory.gone.$$" && rm -rf "$directory".gone.*
    exit 0
}
trap end TERM

# A server without its keeper (killed) is adopted.
if try 6; then
    serve >log 2>&1 </dev/null || exit 3
fi
# From here the lock of `server` belongs to the server alone; a new descriptor asks for it.
exec 6>>server.lock

idle=0
while [ "$idle" -lt "$grace" ]; do
    sleep 1 6>&- 7>&- 8>&- 9>&-
    # The server is gone: who comes next starts another keeper.
    try 6 && exit 1
    if try 9; then
        if try 7; then
            idle=$((idle + 1))
            [ "$idle" -lt "$grace" ] || end
            flock -u 7 8>&-
        else
            idle=0
        fi
        flock -u 9 8>&-
    else
        idle=0
    fi
done
