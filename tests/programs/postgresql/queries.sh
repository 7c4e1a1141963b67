# Makes a cluster in the current folder, runs queries.sql there and ends the server. $1: the folder of programs.
"$1/initdb" --no-sync --no-locale --encoding=UTF8 -A trust -D data > initdb.log
# The server is a child that is waited for, and so its processor time is counted.
"$1/postgres" -F -D data -k "$PWD" -c listen_addresses= > server.log 2>&1 &
server=$!
until grep -qs '^ready' data/postmaster.pid; do
    kill -0 $server
    sleep 0.1
done
status=0
"$1/psql" -qAtX -v ON_ERROR_STOP=1 -h "$PWD" -d postgres -f "${0%.sh}.sql" || status=$?
kill -INT $server
wait $server
exit $status
