# Parameters, quoting, fields, patterns.
v='a b  c' e= ; unset u
echo "${v#a }" "${v%%b*}" ${#v} "${u-default}" "${e:-empty}" "${e-}" "${u+set}" "${v:+set}"
: "${assigned:=value}"; echo "$assigned"
(: "${u:?message of its own}") ; echo "status $?"
p=/usr/lib/x.tar.gz
echo "${p##*/}" "${p%/*}" "${p%%.*}" "${p#*.}"
set -- one 'two three' ''; echo $# "$@" $* "$*"
IFS=:; set -- $(printf 'a:b::c'); echo $#; echo "$*"; unset IFS
echo 'single "quoted"' "double 'quoted' \$v \"in\" \\" \*
for f in [ab]* '*' nothing*; do echo "$f"; done
touch a1 b2 'c d'; for f in [ab]* c* nothing*; do echo "$f"; done
case $v in a*c) echo matched;; *) echo missed;; esac
case '[x]' in '['*']') echo brackets;; esac
for w in abc 1bc -bc; do case $w in [[:alpha:]]*) echo alpha;; [0-9]*) echo digit;; *) echo other;; esac; done
echo ~root | grep -q ^/ && echo home
echo $((7 / 2)) $((-7 % 3)) $((1 << 40)) $((0x1f ^ 010)) $((5 > 3 && !0)) $((v2 = 4)) $v2
x=3; echo $((x *= 4)) $((x > 10 ? 1 : 2)) $x $((9223372036854775807 + 1))
echo "$(echo nested $(echo "deep $(echo deepest)"))" `echo old \`echo style\``
cat <<A; cat <<'B'; cat <<-C
value $v $((1 + 1)) $(echo command)
A
literal $v $(command)
B
	tabs removed
	C
printf '%s %5d|%-5s|%05.1f %x %c%%\n' word 42 left 3.14159 255 chars
printf '%b' 'escapes\t\101\n'; printf '%d %s\n' 1 a 2 b
