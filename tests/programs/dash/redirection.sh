# Descriptors, pipelines, command substitution of much text.
echo one >f; echo two >>f; cat <f; cat f f | wc -l | tr -d ' '
{ echo out; echo err >&2; } 2>&1 | sort
{ echo out; echo err >&2; } 2>/dev/null >g; cat g
exec 3>h 4<f; echo to three >&3; exec 3>&-; cat h; read line <&4; read second <&4; echo "$line $second"; exec 4<&-
(echo closed >&3) 2>&1 | sed 's/.*: //'
set -C; (echo x >f) 2>&1 | sed 's/^[^:]*: //'; echo y >|f; cat f; set +C
echo rw >rw; exec 5<>rw; read w <&5; echo more >&5; exec 5>&-; cat rw; echo $w
printf 'a b c\nd\\e f\n' | while read x y; do echo "[$x][$y]"; done
printf 'd\\e f\n' | { read -r x; echo "$x"; }
IFS=: read a b c <<E2
1:2:3:4
E2
echo $a $b $c
echo 'to be | in the pipeline' | cat | cat | cat | cat | cat
yes | head -n 3
seq 20000 >many; v=$(cat many); echo ${#v}; echo "$v" | cksum
(exit 3) | true; echo $?; true | (exit 4); echo $?
x=$(exit 6); echo $?; echo $(exit 6) $?
for i in 1 2; do cat; done <f >j; cat j
echo in >f; tr a-z A-Z <f | tee k | rev; cat k
{ cat <<A <<B
first
A
second
B
}
i=0; while [ $i -lt 60 ]; do echo $i | cat; i=$((i + 1)); done | tail -n 1
cat </no/such/file; echo $?
echo x >/; echo $?
