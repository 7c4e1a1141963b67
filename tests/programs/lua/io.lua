-- io.*: every read format, seeking, buffering, and what errors say. Runs in an empty folder.
local name = "data.txt"
print(io.open("missing.txt")); print(pcall(io.lines, "missing.txt")); print(io.open("no/such/folder", "w")); print(pcall(io.open, name, "z"))
local f = assert(io.open(name, "w"))
print(io.type(f), io.type(io.stdout), io.type(42), f:write("first\n", 2, " ", 3.5, "\nthird line\n\nlast without newline") == f, f:seek("cur"), f:close(), io.type(f))
print(pcall(f.write, f, "x")); print(tostring(f), f ~= nil and pcall(f.read, f))

f = assert(io.open(name))
print(f:read("l"), f:read("n"), f:read("n"), f:read("L"), f:read("L"), f:read("l") == "", f:read(4), f:read(0) == "", f:read("a"), f:read("a") == "", f:read("l"), f:read(0), f:read(1))
print(f:seek("set", 6), f:read(5), f:seek("end"), f:seek("cur", -7), f:read("a"), f:seek("set") , f:read("l", "l")); print(f:seek("set", -1)); print(pcall(f.seek, f, "bad")); print(pcall(f.read, f, "x"))
print((f:write("read only"))); f:close()
for l in io.lines(name) do io.write("[", l, "]") end
for a, b in io.lines(name, 1, 2) do io.write(a, "|", b or "nil", " ") if a == "t" then break end end
for l in io.lines(name, "L") do io.write(#l, " ") end
print()

f = assert(io.open("numbers.txt", "w"))
f:write("  12 -7 0x1F 3.14e2 .5 1e+ 99999999999999999999 nan 5")
f:close()
f = assert(io.open("numbers.txt"))
print(f:read("n", "n", "n", "n", "n")); print(f:read("n")); print(f:read("n"), f:read("n")); f:close()

f = assert(io.open("update.bin", "w+b"))
f:write(("0123456789"):rep(10)); f:seek("set", 50); f:write("XXXXX"); f:seek("set", 48); print(f:read(10), f:seek("end"))
f:seek("set", 200); f:write("past the end"); f:seek("set", 98); local hole = f:read(110); print(#hole, hole:byte(1, 4), hole:byte(110)); f:close()
f = assert(io.open("update.bin", "a+b")); f:seek("set", 0); f:write("appended"); f:seek("set", 0); print(f:read(3), f:seek("end")); f:close()
f = assert(io.open("update.bin", "r+b")); f:write("ab"); f:seek("set", 0); print(f:read(4)); f:close()

-- buffering modes, and big files in odd pieces
for _, mode in ipairs {"no", "line", "full"} do
  f = assert(io.open("buffer.txt", "w"))
  print(mode, f:setvbuf(mode, 1024))
  for i = 1, 5000 do f:write(i, ",") end
  local reader = assert(io.open("buffer.txt"))
  local visible = #reader:read("a")
  f:flush(); reader:seek("set"); print(visible >= (mode == "no" and 23893 or 0), #reader:read("a")); reader:close(); f:close()
end
f = assert(io.open("big.bin", "wb"))
local chunk = {}
for i = 0, 255 do chunk[i + 1] = string.char(i) end
chunk = table.concat(chunk)
for _ = 1, 8000 do f:write(chunk) end
f:close()
f = assert(io.open("big.bin", "rb"))
local total, sum = 0, 0
while true do
  local piece = f:read(7919)
  if not piece then break end
  total = total + #piece
  sum = (sum + piece:byte(1) * 3 + piece:byte(-1)) % 1000003
end
print(total, sum, f:close())
f = assert(io.open("lines.txt", "w"))
for i = 1, 20000 do f:write(("x"):rep(i % 100), i, "\r\n") end
f:close()
local count, length = 0, 0
for l in io.lines("lines.txt") do count = count + 1; length = length + #l end
print(count, length)

-- default input and output
io.output("out.txt"); io.write("to the default"); io.close(); io.output(io.stdout)
io.input("out.txt"); print(io.read("a"), io.read(1)); io.close(io.input()); print(pcall(io.read)); io.input(io.stdin)
print(io.read("l"), io.read("n"), io.read("L"), io.read("a"))
io.stderr:write("to stderr\n")
print(io.open(".", "r"):read("a"))
print(io.open(".", "w"))
do local closed <close> = assert(io.open(name)); print(io.type(closed)) end
for _ = 1, 20 do for _ = 1, 100 do assert(io.open(name)) end collectgarbage() end -- which closes what is lost
collectgarbage(); print(io.open(name):read("l"))
