# Loops, functions, statuses, eval, options.
for i in 1 2 3 4; do [ $i = 3 ] && continue; [ $i = 4 ] && break; echo $i; done
i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done; echo $i
until [ $i -eq 0 ]; do i=$((i - 1)); done; echo $i
for a in x y; do for b in 1 2; do [ $b = 2 ] && continue 2; echo $a$b; done; done
f() { local v=inner; echo "$v $# $1"; return 7; }
v=outer; f a b; echo "$? $v"
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }
fact 10
if false; then echo no; elif true; then echo elif; else echo no; fi
true && false || echo 'or'; ! true; echo $?
(exit 3); echo $?; { echo group; } ; (cd /; pwd); pwd | grep -qv '^/$' && echo unchanged
eval 'echo eval "$v"'; eval 'v=changed'; echo $v
while getopts ab:c: o -a -b value -cjoined rest; do echo "$o ${OPTARG-}"; done; echo $OPTIND
set -- 1 2 3; shift; echo $*; set -u; (echo $undefined); echo $?; set +u
(set -e; false; echo not reached); echo $?
(set -e; if false; then :; fi; ! true; false || true; echo reached); echo $?
set -x; : traced 'two words'; set +x
set -f; echo *; set +f
command -v cd echo f sh >/dev/null && echo found; type f cd | sed 's/is a shell function.*/function/'
no-such-command; echo $?; ./no-such-file; echo $?; /; echo $?
echo 'echo sourced $v; return 4' >lib.sh; . ./lib.sh; echo $?
readonly r=1; (r=2); echo $?
export E=exported; sh -c 'echo $E'; E2=once sh -c 'echo $E2'; echo ${E2-unset}; env -i A=1 env
alias hi='echo aliased'
eval hi
test -d / -a ! -f / && [ a != b ] && [ 2 -gt 1 ] && [ -n x ] && [ ! -e none ] && echo tests
umask 027; umask; umask -S; >made; ls -l made | cut -c1-10
cd -P /usr/bin/..; pwd; cd - >/dev/null; ulimit -c 0; ulimit -c
exit 5
