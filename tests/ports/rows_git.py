"""The row of git: some of the 990 scripts of its suite, and work on a tree of a thousand files."""

from __future__ import annotations

from tests.programs.ports_git import GIT

from .row import Row

# Of each part of the suite the scripts that go through most of what is in it; all together it would take an hour.
SCRIPTS = (
    # the machine: processes, signals, paths, encodings, ends of lines, attributes
    "t0001-init t0003-attributes t0005-signals t0008-ignores t0021-conversion t0027-auto-crlf "
    "t0028-working-tree-encoding t0040-parse-options t0052-simple-ipc t0060-path-utils t0061-run-command "
    "t0211-trace2-perf "
    # objects, references, settings
    "t1006-cat-file t1050-large t1051-large-conversion t1300-config t1400-update-ref t1450-fsck t1500-rev-parse "
    # the tree of work, branches, notes, text in other encodings
    "t2400-worktree-add t3070-wildmatch t3200-branch t3301-notes t3600-rm t3701-add-interactive t3900-i18n-commit "
    # differences, patches, the log
    "t4013-diff-various t4015-diff-whitespace t4100-apply-stat t4202-log t4205-log-pretty-formats "
    # archives, packs, the way from one repository to another
    "t5000-tar-tree t5003-archive-zip t5300-pack-object t5310-pack-bitmaps t5318-commit-graph t5319-multi-pack-index "
    "t5516-fetch-push t5570-git-daemon t5601-clone "
    # history
    "t6012-rev-list-simplify t6030-bisect-porcelain t6120-describe t6300-for-each-ref "
    # what users call, and what others import
    "t7004-tag t7400-submodule-basic t7502-commit-porcelain t7508-status t7600-merge t7810-grep t7900-maintenance "
    "t8001-annotate t8002-blame t9300-fast-import t9902-completion"
)

ROWS = (
    Row(
        GIT,
        # bin-wrappers hold the name of the folder that they were made in; the scripts unset XDG_CACHE_HOME.
        tests=f"""rm -r bin-wrappers && make -s || exit
export WALI_CACHE_DIR="$XDG_CACHE_HOME/wali" GIT_TEST_CHAIN_LINT=0
cd t
echo {SCRIPTS} | xargs -n 1 -P "$(nproc)" sh -c 'timeout 900 sh "./$0.sh" > "$0.said" 2>&1'
for name in {SCRIPTS}; do
    sed "s/^/$name: /" "$name.said"
    grep -q '^1\\.\\.' "$name.said" || echo "$name: does not end"
done""",
        passed=r"^t\S+: ok \d+ - ",
        failed=r"^t\S+: (?:not ok \d+ - (?!.*# TODO known breakage)|does not end)",
        prepare="""mkdir "$SCRATCH/tree" && cd "$SCRATCH/tree" && mkdir d0 d1 d2 d3 d4 d5 d6 d7 d8 d9
awk 'BEGIN { for (f = 0; f < 1000; f++) { name = "d" f % 10 "/file" f; for (i = 0; i < 120; i++)
    print f, i * 7919 % 1009 * f % 997, "line of words and numbers", i % (f % 13 + 2) > name; close(name) } }'""",
        work="""export HOME="$SCRATCH" GIT_CONFIG_NOSYSTEM=1 GIT_EXEC_PATH="$PWD" GIT_TEMPLATE_DIR="$PWD/templates/blt"
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
git="$PWD/git"
cd "$SCRATCH/tree"
$git init -q -b main && $git config pack.threads 1
for n in 1 2 3 4 5 6; do
    for file in d?/*$n$n; do sed -i "$n,3${n}s/words/words of $n/" $file; done
    export GIT_AUTHOR_DATE="170000000$n +0000" GIT_COMMITTER_DATE="170000000$n +0000"
    $git add . && $git commit -q -m "change $n"
done
$git log -p --stat
$git repack -a -d -q && cksum .git/objects/pack/*.pack
$git fsck --full --strict
$git grep -c 'words of [1-6].* 0'
$git blame d3/file33""",
        about="six commits of 1,000 files: add, log -p, repack, fsck, grep, blame",
        remarks="three tests of t0028 and four of t5000 differ: "
        "[why](PORTING.md#libraries-and-the-programs-of-make-ports)",
    ),
)
