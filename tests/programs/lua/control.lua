-- Control flow, scopes, integers and floats, operators.
do -- goto: continue, nested loops, backward jumps
  local out = {}
  for i = 1, 10 do
    if i % 3 == 0 then goto continue end
    for j = 1, 3 do
      if j == 2 then goto next_i end
      out[#out + 1] = i .. ":" .. j
    end
    ::next_i::
    ::continue::
  end
  print(table.concat(out, " "))
  local n = 0
  ::again::
  n = n + 1
  if n < 5 then goto again end
  print("again", n)
end

do -- each iteration has its own variable
  local closures = {}
  for i = 1, 5 do closures[i] = function() i = i + 10; return i end end
  print(closures[1](), closures[1](), closures[2](), closures[5]())
  local k = 1
  local loop = {}
  while k <= 3 do
    local j = k
    loop[k] = function(d) j = j + d; return j end
    k = k + 1
  end
  print(loop[1](1), loop[2](1), loop[3](1), loop[1](100))
end

do -- shared upvalues, and upvalues that outlive their function
  local function account(balance)
    return function(x) balance = balance + x; return balance end, function() return balance end
  end
  local add, get = account(100)
  add(5); add(-50)
  print(get())
  local function chain(n) if n == 0 then return function() return 0 end end
    local below = chain(n - 1)
    return function() return below() + n end
  end
  print(chain(100)())
end

do -- variable arguments
  local function count(...) return select("#", ...), ... end
  print(count(), (count(nil, nil)), select(-1, 1, 2, 3), select(2, "a", "b", "c"))
  local function pass(...) return ... end
  local many = {}
  for i = 1, 200 do many[i] = i end
  print(select("#", pass(table.unpack(many))), #{pass(table.unpack(many)), 7}, #{pass(table.unpack(many))})
  print(pcall(select, 0))
  print((table.pack(pass(1, nil, 3)).n))
end

-- integers wrap, floats do not
print(math.maxinteger + 1 == math.mininteger, math.maxinteger * 2, math.mininteger // -1, 7 // 2, -7 // 2, 7 // -2)
print(7 % 3, -7 % 3, 7 % -3, -7 % -3, 7.5 % 2, -7.5 % 2, 5.3 % math.huge, -5.3 % math.huge)
print(1e15, 1e16, 2^53, 2^63, 1 / 0, -1 / 0, 0 / 0 ~= 0 / 0, 3 / 2, 4 / 2, 10 // 0.0, -10 % 0.0 ~= 0)
print(pcall(function() return 1 // 0 end))
print(pcall(function() return 1 % 0 end))
print(3 | 4, 7 & 2, 5 ~ 1, ~0, 1 << 62, 1 << 63, 1 << 64, 1 >> 1, -1 >> 60, 2 ^ 10, "10" + 5, "0x10" * 2, 10 .. 20)
print(pcall(function() return 1.5 | 1 end))
print(pcall(function() return "a" | 1 end))
print(1 == 1.0, math.type(1), math.type(1.0), math.type("1"), 1 < 1.5, -1 < 0, "a" < "b", "Z" < "a", "" < "a")
print(pcall(function() return 1 < "2" end))
print(0x7fffffffffffffff, 0xffffffffffffffff, 0x1p4, 1e308 * 10, 5 // 0.3, 2^-1074, 123456789012345678901234567890)

for i = 3, 1 do print("never", i) end
for i = 1, 2, 0.5 do io.write(i, " ") end
for i = math.maxinteger - 1, math.maxinteger do io.write(i, " ") end
for i = 3, 1, -1 do io.write(i, " ") end
print(pcall(function() for i = 1, 10, 0 do end end))
print(pcall(function() for i = "x", 10 do end end))

do -- to-be-closed variables close in reverse order, on every way out
  local log = {}
  local function closer(name)
    return setmetatable({}, {__close = function(_, e) log[#log + 1] = name .. "(" .. tostring(e) .. ")" end})
  end
  local function run(how)
    local a <close> = closer("a")
    local b <close> = closer("b")
    if how == "return" then return "returned" end
    if how == "error" then error("bang", 0) end
    for _ = 1, 3 do
      local c <close> = closer("c")
      if how == "break" then break end
    end
    return "end"
  end
  for _, how in ipairs {"return", "error", "break", "fall"} do
    print(how, pcall(run, how))
    print(table.concat(log, " "))
    log = {}
  end
  print(load("local x <const> = 1; x = 2"))
end

do -- multiple assignment evaluates first, then assigns
  local a, b, c = 1, 2
  a, b = b, a
  local t = {1, 2}
  local i = 1
  i, t[i] = i + 1, 20
  print(a, b, c, i, t[1], t[2])
end

local function ack(m, n)
  if m == 0 then return n + 1 end
  if n == 0 then return ack(m - 1, 1) end
  return ack(m - 1, ack(m, n - 1))
end
print(ack(2, 20), ack(3, 5))

local function tail(n) if n > 0 then return tail(n - 1) end return "tail calls need no stack" end
print(tail(1000000))
print(load("return " .. string.rep("(", 190) .. "1" .. string.rep(")", 190))())
print(load("return " .. string.rep("(", 300) .. "1" .. string.rep(")", 300)))
print(load("goto nowhere"))
print(load("x = = 1"))
print(load("x = 'unfinished"))
print(load("return 1 .. 2 .. 3")())
