# zsh, with all its modules in the program. $1: its unpacked sources. Builds in the current folder.
# Functions that do nothing are called through pointers of many types.
fix=
if [ "$WALI_HOST" ]; then fix=-mwali-fix-calls; fi
# Whether tcsetpgrp works configure asks the terminal, and stops where there is none.
"$1/configure" --host="$WALI_HOST" --quiet --disable-dynamic --with-tcsetpgrp CFLAGS="-O2 -w" LDFLAGS=$fix
# As INSTALL says for modules that shall be linked in: without dynamic loading configure leaves out all but a few. Those
# of gdbm and pcre stay out, which want libraries; of the others two are there from the start, as with dynamic loading.
sed -i -e '/^name=zsh\/\(db\/gdbm\|pcre\) /!s/ link=no / link=static /' \
    -e '/^name=zsh\/\(watch\|param\/private\) /s/ load=no/ load=yes/' config.modules
make -s
