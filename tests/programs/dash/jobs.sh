# Background, wait, traps, signals.
(sleep 0.1; exit 3) & wait $!; echo $?
for i in 1 2 3; do (exit $i) & eval p$i=$!; done; wait $p2; echo $?; wait $p3; echo $?; wait $p1; echo $?
sleep 30 & kill $!; wait $!; echo $?
sleep 30 & kill -9 $!; wait $!; echo $?
wait 999999; echo $?; wait; echo $?
trap 'echo caught USR1' USR1; kill -USR1 $$; echo after
trap 'echo caught TERM' TERM; (kill -TERM $$); sleep 0.05; echo still here
trap '' TERM; kill -TERM $$; sh -c 'kill -TERM $$; echo ignored in the child too'; trap - TERM
(trap 'echo leaving $?' EXIT; exit 4); echo $?
(trap 'echo leaving; exit 9' EXIT; exit 4); echo $?
(trap 'echo int; exit 8' INT; kill -INT $(sh -c 'echo $PPID'); sleep 1; echo not reached); echo $?
sh -c 'kill -KILL $$'; echo $?
sh -c 'kill -TERM $$'; echo $?
trap 'n=$((n + 1))' USR2; n=0
(for i in 1 2 3; do kill -USR2 $$; sleep 0.05; done) & wait; wait; wait; wait; echo $n
while :; do trap 'break' USR1; kill -USR1 $$; done; echo loop left
trap 'echo woken' USR1; (sleep 0.1; kill -USR1 $$; sleep 0.2) & wait $!; [ $? -gt 128 ] && echo wait was interrupted; wait
mkfifo fifo; (echo through the fifo >fifo) & cat fifo; wait
sleep 0.05 | sleep 0.05 & wait $!; echo $?
kill -l 9; kill -0 $$ && echo alive
(while :; do echo x; done) | head -n 1
i=0; while [ $i -lt 100 ]; do /bin/true & i=$((i + 1)); done; wait; echo waited
i=0; while [ $i -lt 50 ]; do v=$(echo $i); i=$((i + 1)); done; echo $v
(kill -STOP $(sh -c 'echo $PPID')) & sleep 0.1; kill -CONT $!; wait $!; echo $?
trap 'echo done; trap - EXIT' EXIT
