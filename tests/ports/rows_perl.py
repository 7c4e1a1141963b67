"""The row of perl: what its suite has for the language and for the system, and work on strings, hashes and patterns."""

from __future__ import annotations

from tests.programs.ports_perl import PERL

from .row import Row

# Of the suite's half hour, natively, what goes through the interpreter and all that touches the system. Left out are
# tests of the source tree (t/porting), of all properties and case folds of Unicode one by one, and modules in perl.
CORE = "base cmd comp io mro op opbasic re run uni lib test_pl"
OWN = (
    "cpan/Compress-Raw-Zlib cpan/Digest-MD5 cpan/Digest-SHA cpan/File-Path cpan/File-Temp cpan/IPC-SysV "
    "cpan/MIME-Base64 cpan/Scalar-List-Utils cpan/Socket cpan/Sys-Syslog cpan/Time-Piece "
    "dist/Data-Dumper dist/IO dist/PathTools dist/Storable dist/Time-HiRes "
    "ext/B ext/Errno ext/Fcntl ext/File-Find ext/File-Glob ext/FileCache ext/Hash-Util ext/I18N-Langinfo "
    "ext/IPC-Open3 ext/PerlIO-encoding ext/PerlIO-mmap ext/PerlIO-scalar ext/PerlIO-via ext/POSIX ext/SDBM_File "
    "ext/Sys-Hostname ext/XS-APItest"
)

ROWS = (
    Row(
        PERL,
        # The harness tells of files; each test's line is in what it keeps of their output. Names begin with ../ where a
        # file is not below t, and so must the folder end with it.
        tests=f"""export TEST_JOBS="$(nproc)" PERL_TEST_HARNESS_DUMP_TAP="$PWD/tap/t"
cd t
files="$(for name in {CORE}; do echo $name/*.t; done; for name in {OWN}; do echo ../$name/t/*.t; done)"
./perl harness $(echo $files | tr ' ' '\\n' | grep -v 're/uniprops\\|re/fold_grind') < /dev/null 2>&1
cd ../tap && find * -type f | sort | while read -r name; do sed "s|^|$name: |" "$name"; done""",
        passed=r"^\S+\.t: ok \d+",
        # The second is a file that has not ended as it should, with no test of it to blame.
        failed=r"^\S+\.t: not ok \d+(?!.*# *TODO)|^\S+\.t +\(Wstat: .* Failed: 0\)\n(?!  TODO passed)",
        work="""./perl -e '
sub fib { my $n = shift; $n < 2 ? $n : fib($n - 1) + fib($n - 2) }
my (%count, @list, $size);
for my $i (0 .. 250000) {
    my $word = "w" . $i * 7919 % 10007;
    $count{$word}++;
    (my $line = "$word and $i") =~ s/(\\d+)/<$1>/g;
    my @part = split / /, $line;
    push @list, $i * 7919 % 1000003 if $part[0] =~ /^w<[1-5]/;
    $size += length $line;
}
@list = sort { $a <=> $b } @list;
my $text = join ",", map { sprintf "%s=%05d", $_, $count{$_} } sort keys %count;
print join(" ", fib(21), scalar(@list), $list[1000], $size, unpack("%32C*", $text), ($text =~ tr/0-4//)), "\\n"'""",
        about="calls, strings, patterns, a hash, sorting",
    ),
)
