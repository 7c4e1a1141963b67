# The programs of upstream's tests/libtest as one, libtests, which goes by the name that it is started under: two hundred
# links and as many compiled modules would take minutes. In curl's build folder, once its library is there.
# "$@": what else to link with.
mkdir bundle
# A size_t that is read as a long.
sed -i 's/NAMELENGTH, strlen(name) - 1/NAMELENGTH, (long)(strlen(name) - 1)/' tests/libtest/lib650.c
perl tests/libtest/mk-lib1521.pl <include/curl/curl.h >tests/libtest/lib1521.c
# Of the list of programs each one's name, source and definitions. chkhostname and chkdecimalpoint have a main of their own.
sed -e :again -e '/\\$/{N;s/\\\n/ /;b again' -e '}' tests/libtest/Makefile.inc | awk '
    $1 == "noinst_PROGRAMS" { for (i = 3; i <= NF; i++) if ($i !~ /^chk/) names[++count] = $i }
    $1 ~ /_SOURCES$/ { name = $1; sub(/^nodist_/, "", name); source[name] = $3 }
    $1 ~ /_CPPFLAGS$/ { for (i = 3; i <= NF; i++) if ($i ~ /^-D/) flags[$1] = flags[$1] " " $i }
    END { for (i = 1; i <= count; i++) print names[i], source[names[i] "_SOURCES"] flags[names[i] "_CPPFLAGS"] }
' >bundle/list
{
    printf '#include <stdio.h>\n#include <string.h>\nextern char **test_argv;\n'
    sed 's/ .*//; s/.*/int test_&(char *);/' bundle/list
    printf 'int test(char *url)\n{\n  const char *slash = strrchr(test_argv[0], 47), *name = slash ? slash + 1 : test_argv[0];\n'
    sed 's/ .*//; s/.*/  if (!strcmp(name, "&")) return test_&(url);/' bundle/list
    printf '  fprintf(stderr, "no test is named %%s\\n", name);\n  return 125;\n}\n'
} >bundle/table.c
{
    printf 'all:'
    sed 's/ .*//; s/.*/ bundle\/&.o/' bundle/list | tr -d '\n'
    printf '\n'
    while read -r name source flags; do
        printf 'bundle/%s.o:; $(compile) -Dtest=test_%s %s -c tests/libtest/%s -o $@\n' "$name" "$name" "$flags" "$source"
    done <bundle/list
} >bundle/Makefile
compile="$CC -O1 -w -DHAVE_CONFIG_H -DCURL_STATICLIB -Iinclude -Ilib -Itests/libtest"
make -s -f bundle/Makefile compile="$compile"
support="tests/libtest/first.c tests/libtest/testutil.c tests/libtest/testtrace.c bundle/table.c"
$compile $LDFLAGS -o libtests $support bundle/lib*.o lib/.libs/libcurl.a "$@"
