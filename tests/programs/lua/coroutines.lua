-- Coroutines: yields through pcall, metamethods, iterators, sort (refused), closing.
local function generator(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local sum = 0
for i in generator(1000) do sum = sum + i end
print(sum)

local function permutations(a)
  local function permute(n)
    if n == 0 then coroutine.yield(a) return end
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permute(n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
  return coroutine.wrap(function() permute(#a) end)
end
local lines = {}
for p in permutations {"a", "b", "c"} do lines[#lines + 1] = table.concat(p) end
print(table.concat(lines, " "))

do -- values travel both ways
  local co = coroutine.create(function(a, b)
    local c = coroutine.yield(a + b)
    local d, e = coroutine.yield(c * 2)
    return d .. e, "end"
  end)
  print(coroutine.resume(co, 1, 2)); print(coroutine.resume(co, 10)); print(coroutine.resume(co, "x", "y"))
  print(coroutine.resume(co)); print(coroutine.status(co))
end

do -- yield across pcall, error caught inside, then outside
  local co = coroutine.create(function()
    local ok, e = pcall(function()
      coroutine.yield("in pcall")
      error("after the yield", 0)
    end)
    coroutine.yield(tostring(ok) .. " " .. e)
    local inner = {pcall(pcall, pcall, function() return coroutine.yield("three deep") end)}
    coroutine.yield(#inner .. tostring(inner[4]))
    print(xpcall(function() coroutine.yield("xpcall"); error("again", 0) end, function(m) return "handler: " .. m end))
    error({code = 7})
  end)
  repeat
    local r = {coroutine.resume(co, "sent")}
    print(r[1], type(r[2]) == "table" and r[2].code or r[2])
  until coroutine.status(co) == "dead"
end

do -- yield in metamethods and iterators
  local mt = {
    __index = function(_, k) return coroutine.yield("index " .. k) end,
    __add = function() return coroutine.yield("add") end,
    __eq = function() return coroutine.yield("eq") end,
    __lt = function() return coroutine.yield("lt") end,
    __concat = function() return coroutine.yield("concat") end,
    __call = function(_, x) return coroutine.yield("call " .. x) end,
    __close = function() coroutine.yield("close") end,
  }
  local m, n = setmetatable({}, mt), setmetatable({}, mt)
  local co = coroutine.wrap(function()
    local results = {m.key, m + 1, m == n, m < n, m .. "x", m("y")}
    do local c <close> = m end
    for v in function(_, last) return coroutine.yield("iterate") end do results[#results + 1] = v; break end
    return "done", #results, results[1], results[6]
  end)
  local answer = 0
  repeat
    local r = {co(answer)}
    print(table.unpack(r))
    answer = answer + 1
  until r[1] == "done"
end

print(pcall(coroutine.wrap(function() table.sort({3, 2, 1}, coroutine.yield) end)))
print(pcall(coroutine.wrap(function() return string.gsub("x", "x", coroutine.yield) end)))
print(coroutine.isyieldable(), select(2, coroutine.running()), pcall(coroutine.yield))
print(pcall(coroutine.resume, coroutine.running()))

do -- a coroutine that resumes itself, or a dead one, or one that is running
  local co
  co = coroutine.wrap(function() return pcall(co) end)
  print(co())
  local dead = coroutine.create(function() end)
  coroutine.resume(dead)
  print(coroutine.resume(dead))
  local outer
  outer = coroutine.create(function()
    local inner = coroutine.create(function() return coroutine.status(outer), coroutine.resume(outer) end)
    return select(2, coroutine.resume(inner)), coroutine.status(inner)
  end)
  print(coroutine.resume(outer))
end

do -- close
  local log = {}
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, {__close = function(_, e) log[#log + 1] = "closed " .. tostring(e) end})
    coroutine.yield()
  end)
  coroutine.resume(co)
  print(coroutine.close(co), coroutine.status(co), log[1])
  local bad = coroutine.create(function()
    local x <close> = setmetatable({}, {__close = function() error("while closing", 0) end})
    coroutine.yield()
  end)
  coroutine.resume(bad)
  print(coroutine.close(bad)); print(coroutine.status(bad))
end

do -- thousands at once, and nested to the limit of C calls
  local list = {}
  for i = 1, 10000 do list[i] = coroutine.wrap(function(a) while true do a = a + coroutine.yield(a + i) end end) end
  local total = 0
  for i = 1, 10000 do total = total + list[i](1) end
  for i = 1, 10000 do total = total + list[i](2) end
  print(total)
  local function nest(n) if n == 0 then return "bottom" end return coroutine.wrap(nest)(n - 1) end
  print(nest(100))
  local ok, message = pcall(nest, 1000)
  print(ok, message:match("C stack overflow"))
end

do -- producer, filter, consumer
  local function producer() return coroutine.create(function() for i = 1, 20 do coroutine.yield(i) end end) end
  local function filter(source, keep)
    return coroutine.create(function()
      while true do
        local _, v = coroutine.resume(source)
        if v == nil then return nil end
        if keep(v) then coroutine.yield(v) end
      end
    end)
  end
  local sink, out = filter(filter(producer(), function(v) return v % 2 == 0 end), function(v) return v % 3 ~= 0 end), {}
  while true do
    local _, v = coroutine.resume(sink)
    if v == nil then break end
    out[#out + 1] = v
  end
  print(table.concat(out, ","))
end
