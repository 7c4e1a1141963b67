-- load, require, string.dump, debug: code that makes and inspects code.
print(load("return 1 + 1")(), load("syntax error here")); print(load(function() return nil end)()); print(pcall(load, 1))
local pieces = {"return ", "'in ", "pieces'"}
local i = 0
print(load(function() i = i + 1; return pieces[i] end)(), load("return ...", "c", "t", {})(5), load("x = 1; return x", "c", "t", {})(), x)
print(load("\27Lua", "binary", "t")); print(load("return 1", "text", "b"))
local up = 1
local function f(a, b) local c = a + b; return c * 2, up end
local dumped = string.dump(f)
print(load(dumped, "dumped", "b")(1, 2), pcall(string.dump, print), #dumped > 50, load(dumped:sub(1, 20), "truncated", "b"))
print(load(string.dump(load("local t = {} for i = 1, 100 do t[i] = i * i end return #t, t[100]"), true))())

local big = {"return {"}
for n = 1, 20000 do big[#big + 1] = n .. ",'" .. n .. "'," end
big[#big + 1] = "}"
print(#load(table.concat(big))())
local locals = {}
for n = 1, 201 do locals[n] = "local v" .. n .. " = " .. n end
print(load(table.concat(locals, "\n")))

local file = io.open("module.lua", "w")
file:write("local name, path = ...\nlocal M = {name = name, path = path}\nfunction M.greet(who) return 'hello ' .. who end\nreturn M\n"); file:close()
package.path = "./?.lua"
local m = require("module")
print(m.name, m.path, m.greet("lua"), require("module") == m, package.loaded.module == m, package.searchpath("module", package.path), package.searchpath("none", "./?.x;/q/?.y"))
print(dofile("module.lua").greet("file"), loadfile("missing.lua"), pcall(dofile, "missing.lua"), loadfile("module.lua", "b"))
package.preload.virtual = function(...) return {args = {...}} end
print(require("virtual").args[1], package.config:sub(1, 1), pcall(require, "absent.module") == false)
print((select(2, pcall(require, "absent")):gsub("\n.*", "")), package.loadlib("x.so", "*"))
os.remove("module.lua")

local info = debug.getinfo(f, "SlnuL")
print(info.what, info.nparams, info.isvararg, info.nups, info.linedefined > 0, info.short_src)
local function where() local n = debug.getinfo(2, "nl"); return n.name, n.currentline end
local function caller() local name, line = where(); return name, line end
print(caller())
print(debug.getlocal(f, 1), debug.getlocal(f, 2), debug.getupvalue(f, 1), debug.setupvalue(f, 1, 10), f(1, 2))
local trace, lines = {}, 0
debug.sethook(function(event, line) lines = lines + 1 end, "l")
for _ = 1, 10 do local _ = 1 + 1 end
debug.sethook()
print(lines > 20, debug.gethook())
local count = 0
debug.sethook(function() count = count + 1 end, "", 1000)
for _ = 1, 100000 do end
debug.sethook()
print(count > 50)
print(pcall(function() -- a hook that throws ends a loop which never ends
  debug.sethook(function() debug.sethook(); error("timeout", 0) end, "", 100000)
  while true do end
end))
local co = coroutine.create(function(x) local inside = x; coroutine.yield(); return inside end)
coroutine.resume(co, 42)
print(debug.getlocal(co, 1, 1), debug.getlocal(co, 1, 2), (debug.traceback(co):gsub("\n%s*", " | ")))
local u = io.stdout
print(debug.getmetatable("").__index == string, debug.getregistry() ~= nil, debug.getuservalue(u, 1), _VERSION, arg[0], arg[1], arg[2], #arg, ...)
