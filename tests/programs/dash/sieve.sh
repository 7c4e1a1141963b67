# Something to compute: primes by arithmetic expansion, words by pipelines.
n=2; primes=
while [ $n -lt 400 ]; do
    for p in $primes; do
        [ $((p * p)) -gt $n ] && break
        [ $((n % p)) -eq 0 ] && { n=$((n + 1)); continue 2; }
    done
    primes="$primes $n"; n=$((n + 1))
done
echo $primes | tr ' ' '\n' | awk '{ s += $1 } END { print NR, s }'
hanoi() { [ $1 -eq 0 ] && return; hanoi $(($1 - 1)) $2 $4 $3; moves=$((moves + 1)); hanoi $(($1 - 1)) $4 $3 $2; }
moves=0; hanoi 9 a b c; echo $moves
