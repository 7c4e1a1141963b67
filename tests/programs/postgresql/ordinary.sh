# Runs a command as an ordinary user. PostgreSQL refuses root, which becomes one in a namespace of its own, where files
# of root's are that user's; shared memory of the command's ends with it.
if [ "$(id -u)" != 0 ]; then exec "$@"; fi
exec unshare --user --map-user=daemon --map-group=daemon --ipc "$@"
