-- table.*, metatables, the collector, weak tables, finalizers.
local function show(t) local out = {} for i = 1, #t do out[i] = tostring(t[i]) end print(table.concat(out, " ")) end
local t = {5, 2, 8, 1}
table.insert(t, 9); table.insert(t, 1, 0); show(t)
print(table.remove(t), table.remove(t, 1), table.remove({}), #t)
table.sort(t); show(t); table.sort(t, function(a, b) return a > b end); show(t)
show(table.move({1, 2, 3}, 1, 3, 2)); show(table.move({1, 2, 3}, 2, 3, 1)); show(table.move({1, 2, 3}, 1, 3, 3, {9, 9}))
print(table.unpack({1, 2, 3}, 2)); print(table.unpack({1, nil, 3}, 1, 3)); print(table.concat({1, 2, "x"}, ", ", 2, 3), table.concat({}) == "")
print(pcall(table.insert, {1}, 5, 1)); print(pcall(table.insert, {}, 1, 2, 3)); print(pcall(table.remove, {1}, 7)); print(pcall(table.unpack, {}, 1, 1e8))
print(next({}), rawlen({1, 2}), rawequal(t, t), rawget(t, 1), #"four", select("#", table.unpack({}, 1, 3)))

do -- sorting: sizes, orders, equal keys, bad comparators
  local seed = 42
  local function random() seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed end
  for _, n in ipairs {0, 1, 2, 3, 10, 100, 1000, 20000} do
    local a = {}
    for i = 1, n do a[i] = random() % 1000 end
    table.sort(a)
    for i = 2, n do assert(a[i - 1] <= a[i]) end
  end
  local words = {}
  for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do words[#words + 1] = w end
  table.sort(words, function(a, b) if #a ~= #b then return #a < #b end return a < b end)
  show(words)
  local a = {}
  for i = 1, 100 do a[i] = i end
  print((select(2, pcall(table.sort, a, function() return true end))))
  print(pcall(table.sort, {1, "x"}))
end

do -- array and hash parts
  local big = {}
  for i = 1, 100000 do big[i] = i end
  for i = 1, 100000, 2 do big[i] = nil end
  local n, s = 0, 0
  for k, v in pairs(big) do n = n + 1; s = s + v; assert(k == v) end
  print(n, s)
  local h = {}
  for i = 1, 50000 do h["k" .. i] = i; h[i + 0.5] = i end
  for i = 1, 50000, 3 do h["k" .. i] = nil end
  n = 0
  for k, v in pairs(h) do n = n + 1; h[k] = v + 1 end -- assigning during traversal is allowed
  print(n, h.k2, h[2.5], h[2^53] == nil)
  print(#{1, 2, 3, nil}, #{n = 1}, ({10, 20, [2] = 30})[2], ({[1.0] = "one"})[1])
end

do -- metatables: inheritance, proxies, every operator
  local Base = {}; Base.__index = Base
  function Base.new(x) return setmetatable({x = x}, Base) end
  function Base:get() return self.x end
  local Derived = setmetatable({}, {__index = Base}); Derived.__index = Derived
  function Derived:double() return self:get() * 2 end
  print(setmetatable({x = 21}, Derived):double())
  local ops = {}
  for _, name in ipairs {"add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "unm", "bnot", "concat", "len"} do
    ops["__" .. name] = function() return name end
  end
  local m = setmetatable({}, ops)
  print(m + 1, 1 - m, m * 1, m / 1, m % 1, m ^ 1, m // 1, m & 1, m | 1, m ~ 1, m << 1, m >> 1, -m, ~m, m .. "x", #m)
  local log = {}
  local proxy = setmetatable({}, {
    __index = function(_, k) log[#log + 1] = "get " .. k; return k end,
    __newindex = function(_, k, v) log[#log + 1] = "set " .. k .. "=" .. tostring(v) end,
    __pairs = function() return function(_, k) if not k then return 1, "one" end end, nil, nil end,
  })
  proxy.a = proxy.b
  for k, v in pairs(proxy) do log[#log + 1] = k .. v end
  print(table.concat(log, "; "))
  print(getmetatable(setmetatable({}, {__metatable = "locked"})), pcall(setmetatable, setmetatable({}, {__metatable = 1}), {}))
  print(tostring(setmetatable({}, {__tostring = function() return "mine" end})), (tostring(setmetatable({}, {__name = "Kind"})):gsub("0x%x+", "ptr")), pcall(tostring, setmetatable({}, {__tostring = function() return 1 end})))
  local deep = {}
  local top = deep
  for _ = 1, 50 do top = setmetatable({}, {__index = top}) end
  deep.found = "through fifty"
  print(top.found)
  local loop = setmetatable({}, {}); getmetatable(loop).__index = loop
  print(pcall(function() return loop.x end))
end

do -- the collector
  local weak = setmetatable({}, {__mode = "v"})
  local keys = setmetatable({}, {__mode = "k"})
  for i = 1, 100 do weak[i] = {}; keys[{}] = i end
  weak.kept = keys
  collectgarbage(); collectgarbage()
  local n = 0
  for _ in pairs(weak) do n = n + 1 end
  print(n, next(keys))
  local ephemeron = setmetatable({}, {__mode = "k"})
  do local k = {}; ephemeron[k] = {k} end
  collectgarbage()
  print(next(ephemeron))
  local order = {}
  for i = 1, 5 do setmetatable({}, {__gc = function() order[#order + 1] = i end}) end
  collectgarbage()
  print(table.concat(order, " "))
  local again
  do local phoenix = setmetatable({name = "phoenix"}, {__gc = function(o) again = o end}) end
  collectgarbage()
  print(again.name)
  print(collectgarbage("isrunning"), collectgarbage("stop"), collectgarbage("isrunning"), collectgarbage("restart"), collectgarbage("step"))
  local mode = collectgarbage("generational")
  local list
  for i = 1, 200000 do list = {i, i % 100 > 0 and list or nil} end
  print(mode, collectgarbage("incremental"), list[1])
  collectgarbage()
  local before = collectgarbage("count")
  for i = 1, 100000 do local _ = {i, tostring(i), function() return i end} end
  collectgarbage()
  print(collectgarbage("count") - before < 100)
  setmetatable({}, {__gc = function() print("finalizer at exit") end})
end
