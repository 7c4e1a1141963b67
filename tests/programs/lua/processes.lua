-- What WASI has not: children, pipes, temporary files, devices. Runs in an empty folder.
local temporary = io.tmpfile()
temporary:write("a\0b\0\n\0c"); temporary:seek("set"); print(#temporary:read("l"), temporary:read("a") == "\0c", temporary:close())
print(io.open("/dev/full", "w"):write(("x"):rep(100000)))

-- os.*
print(os.execute("mkdir folder && echo > folder/file"), os.remove("folder")); os.remove("folder/file"); print(os.remove("folder"))
local name = os.tmpname(); print(name:match("^/tmp/"), io.open(name) ~= nil, os.remove(name))
print(os.execute()); print(os.execute("exit 7")); print(os.execute("kill -15 $$")); print(os.execute("true")); print(os.execute("no-such-command 2>/dev/null"))
os.execute("echo to the inherited stdout")
io.stdout:write("unflushed "); io.stdout:flush(); os.execute("printf 'child '"); print("parent")

-- pipes: a child of the guest's
local p = assert(io.popen("echo from the child; exit 3"))
print(p:read("a"), p:close())
p = assert(io.popen("cat > piped.txt; kill -9 $$", "w")); p:write("through a pipe\n"); print(p:close())
print(io.open("piped.txt"):read("a")); print(pcall(io.popen, "true", "x"))
p = io.popen("i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i+1)); done")
count = 0
for _ in p:lines() do count = count + 1 end
print(count, p:close())
