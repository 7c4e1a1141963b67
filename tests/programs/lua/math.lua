-- math.*: every function at its edges, and floating point printed in full.
local function show(...) local out = {} for i = 1, select("#", ...) do local v = select(i, ...); out[i] = math.type(v) == "float" and ("%.17g"):format(v) or tostring(v) end print(table.concat(out, " ")) end
show(math.pi, math.huge, -math.huge, math.maxinteger, math.mininteger)
show(math.floor(3.7), math.floor(-3.7), math.ceil(3.2), math.ceil(-3.2), math.floor(2^70), math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7.5, -2), math.modf(3.7))
show(math.abs(-5), math.abs(math.mininteger), math.abs(-0.0), math.max(1, 2.5, -1), math.min(3, 1, 2), math.sqrt(2), math.exp(1), math.log(10), math.log(8, 2), math.log(1000, 10), math.log(27, 3))
-- The functions that the C library approximates are printed to 15 digits: the last bit may differ between libraries.
for _, x in ipairs {0, 0.5, 1, -1, 2.5, 10, 100, 1e-5, 1e10} do
  print(("%.14g %.14g %.14g %.14g %.14g %.14g"):format(x, math.sin(x), math.cos(x), math.tan(x), math.exp(-math.abs(x)), math.atan(x)))
end
print(("%.14g %.14g %.14g %.14g"):format(math.asin(0.3), math.acos(0.3), math.atan(1, -1), math.rad(180) - math.deg(math.pi)))
show(math.ult(1, -1), math.ult(-1, 1), math.tointeger(3.5), math.tointeger(2^53), math.tointeger("x"), math.type(1), math.type(1.0), math.type("1"))
print(pcall(math.floor, "x"), pcall(math.random, 0) , pcall(math.random, 2, 1), pcall(math.fmod, 1, 0), math.fmod(1, 0.0) ~= math.fmod(1, 0.0))
math.randomseed(42)
local a = {math.random(100), math.random(5, 10), math.random()}
math.randomseed(42)
show(a[1] == math.random(100), a[2] == math.random(5, 10), a[3] == math.random(), table.unpack(a))
math.randomseed(1, 2)
local sum, low, high = 0, 0, 0
for _ = 1, 100000 do
  local r = math.random(1, 6)
  sum = sum + r
  if r == 1 then low = low + 1 elseif r == 6 then high = high + 1 end
end
show(sum, low, high, math.random(math.mininteger, math.maxinteger), math.random(0) ~= 0)
show(5 // 0.0, -5 // 0.0, 0.0 / 0 ~= 0.0 / 0, 2^1023 * 2, 2^-1074 / 2, 1e308 + 1e308, 1 - 0.9, 0.1 * 3, 4.35 * 100, 1e23, 2^0.5, (-8)^(1 / 3) ~= (-8)^(1 / 3))
show(9007199254740993, 9007199254740993.0, 2^53 == 2^53 + 1, math.maxinteger + 0.0, math.maxinteger + 0.0 == math.maxinteger, math.mininteger + 0.0 == math.mininteger)
show(1 < 1.5, math.maxinteger < 2^63, math.maxinteger + 1.0 > math.maxinteger, math.mininteger <= -2^63, 1 == 1.0, -0.0 == 0.0, 1 / -0.0)
show(0x.8p1, 0xA.8p-2, 1e-320, 123e-7, .5, 3., 0x7fffffffffffffff + 1, tonumber("0x1.fffffffffffffp1023"), tonumber("1e400"), tonumber("4.9e-324"))

local function mandelbrot(w, h) -- exact in IEEE arithmetic: no library function takes part
  local count = 0
  for y = 0, h - 1 do
    for x = 0, w - 1 do
      local cr, ci, zr, zi = 2.0 * x / w - 1.5, 2.0 * y / h - 1.0, 0.0, 0.0
      for i = 1, 50 do
        zr, zi = zr * zr - zi * zi + cr, 2 * zr * zi + ci
        if zr * zr + zi * zi > 4 then count = count + i break end
      end
    end
  end
  return count
end
print(mandelbrot(120, 80))

local x, logistic = 0.4, {}
for i = 1, 1000 do x = 3.9 * x * (1 - x); if i % 100 == 0 then logistic[#logistic + 1] = ("%a"):format(x) end end
print(table.concat(logistic, " "))

local function isprime(n) for d = 2, math.floor(math.sqrt(n)) do if n % d == 0 then return false end end return n > 1 end
local primes = 0
for n = 1, 20000 do if isprime(n) then primes = primes + 1 end end
print(primes)
