# re2 and its tests, by its CMake project, but for the exhaustive ones, which take many minutes natively, too. $1: re2,
# whose tarball lacks the tables made of Unicode's data, $2: perl, which has that data. The source is copied, for its
# CMake file wants the tables in it. The scripts that make them would fetch the data, by a package that not every Python
# has.
cp -R "$1" source
sed -i -e "s|^_UNICODE_DIR = .*|_UNICODE_DIR = \"$2/lib/unicore\"|" -e 's|^from six.moves import urllib|import urllib|' \
    source/re2/unicode.py
for table in casefold groups; do
    python3 source/re2/make_unicode_$table.py > source/re2/unicode_$table.cc
done
perl source/re2/make_perl_groups.pl > source/re2/perl_groups.cc
cmake -G Ninja -S source -B . -DCMAKE_BUILD_TYPE=Release
cmake --build . --target charclass_test compile_test dfa_test filtered_re2_test mimics_pcre_test parse_test \
    possible_match_test random_test re2_arg_test re2_test regexp_test required_prefix_test search_test set_test \
    simplify_test string_generator_test
