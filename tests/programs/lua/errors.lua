-- Errors through deep stacks of C and Lua: each pcall is a setjmp, each error a longjmp.
local function deep(n, e) if n == 0 then error(e, 0) end deep(n - 1, e) return n end
print(pcall(deep, 1, "shallow"))
print(pcall(deep, 10000, "deep"))
local object = {code = 42}
local ok, caught = pcall(deep, 100, object)
print(ok, caught == object, caught.code)
print(pcall(error))
print(pcall(error, nil))
print(select("#", pcall(error, nil)))
print(pcall(error, "with position", 1))
print(pcall(error, setmetatable({}, {__tostring = function() return "text" end})) == false)

local function nest(n) -- C frames of pcall inside each other, thrown through one by one
  if n == 0 then error("bottom", 0) end
  local good, message = pcall(nest, n - 1)
  error(message .. "<" .. n, 0)
end
print(pcall(nest, 5))
print(#select(2, pcall(nest, 150)))

local function caughtHalfway(n)
  if n == 0 then error("inner", 0) end
  if n == 50 then
    local good, message = pcall(caughtHalfway, n - 1)
    return "caught " .. message
  end
  return (caughtHalfway(n - 1))
end
print(caughtHalfway(100))

print(xpcall(deep, function(m) return "handled " .. m end, 20, "x"))
print(xpcall(deep, function() error("in the handler") end, 20, "x"))
print(xpcall(function(...) return select("#", ...), ... end, print, 1, nil, 3))
print((select(2, xpcall(function() local x = nil; return x.field end, debug.traceback)):gsub("\n.*", "")))

local function overflow() return 1 + overflow() end
local good, message = pcall(overflow)
print(good, (message:gsub("%(.*", ""):gsub("\n.*", "")))
local function cOverflow(s) return (string.gsub(s, ".", cOverflow)) end
good, message = pcall(cOverflow, "a")
print(good, message:match("overflow"))
for i = 1, 3 do print(i, (pcall(overflow))) end -- and again: the stack is whole

for _, case in ipairs {
  "local a; a.b = 1", "local a; a()", "local t = {}; t.x.y = 1", "return #5", "return -{}", "return {} .. 'x'",
  "return {} < {}", "return 1 < {}", "return nil + 1", "undefined()", "string.rep()", "('x'):bad()", "local a <close> = 1",
  "return math.floor('x')", "return ('x'):rep(-1, 2, {}, 4)", "return setmetatable(1, {})", "return 2^53 | 0.5", "t = {}; t[nil] = 1",
  "t = {}; t[0/0] = 1", "return string.char(256)", "return table.concat({1, {}, 3})", "return ipairs()", "return next({}, 'nokey')",
  "assert(false)", "assert(nil, 'said')", "return tostring()", "string.format('%d', 1.5)", "string.format('%y', 1)",
} do
  local f <const> = assert(load(case, "=case"))
  print(case, select(2, pcall(f)))
end

do -- errors cross coroutines, iterators, metamethods and sort
  local function thrower() error("thrown", 0) end
  print(pcall(table.sort, {3, 1, 2}, thrower))
  print(pcall(string.gsub, "abc", "b", thrower))
  print(pcall(function() for _ in thrower do end end))
  local m = setmetatable({}, {__index = thrower, __add = thrower, __call = thrower, __len = thrower, __eq = thrower, __lt = thrower, __concat = thrower})
  for _, f in ipairs {
    function() return m.x end, function() return m + 1 end, function() return m() end, function() return #m end,
    function() return m == setmetatable({}, getmetatable(m)) end, function() return m < m end, function() return m .. "x" end,
  } do
    print(pcall(f))
  end
  print(pcall(load, thrower))
  print(load(thrower))
  print(pcall(require, "no.such.module") == false)
  local co = coroutine.create(function() local v = coroutine.yield(1); thrower(v) end)
  print(coroutine.resume(co)); print(coroutine.resume(co)); print(coroutine.resume(co), coroutine.status(co))
  print(pcall(coroutine.wrap(thrower)))
end

do -- an error while an error is closed replaces it
  local function closing(message) return setmetatable({}, {__close = function(_, e) error(message .. " after " .. tostring(e), 0) end}) end
  print(pcall(function()
    local a <close> = closing("first")
    local b <close> = closing("second")
    error("origin", 0)
  end))
end

do -- a hundred thousand of them leave nothing behind
  local function thrower(i) error(i, 0) end
  local sum = 0
  for i = 1, 100000 do
    local _, e = pcall(thrower, i)
    sum = sum + e
  end
  print(sum)
end

local warned = warn and "warn" or "none"
print(warned, pcall(warn, 1, {}))
print(debug.traceback("message", 1):match("^message\nstack traceback:\n"))
