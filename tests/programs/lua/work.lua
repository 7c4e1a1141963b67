-- What an interpreter mostly does: calls, tables, strings, sorting, methods, arithmetic. Prints a checksum of each.
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print("calls", fib(20))

local numbers = {}
for i = 1, 5000 do numbers[i] = (i * 7919) % 5003 end
table.sort(numbers)
local inversions = 0
for i = 2, #numbers do if numbers[i - 1] > numbers[i] then inversions = inversions + 1 end end
print("sorting", inversions, numbers[1], numbers[#numbers])

local words = {}
for word in ("the quick brown fox jumps over the lazy dog "):rep(200):gmatch("%a+") do
	words[word] = (words[word] or 0) + 1
end
print("words", words.the, words.dog)

local parts = {}
for i = 1, 2000 do parts[#parts + 1] = string.format("%d:%s", i, ("x"):rep(i % 10)) end
local text = table.concat(parts, ",")
print("strings", #text, select(2, text:gsub("x+", "")))

local counter = setmetatable({value = 0}, {__index = {add = function(self, n) self.value = self.value + n end}})
for i = 1, 10000 do counter:add(i) end
print("methods", counter.value)

local sum = 0.0
for i = 1, 100 do for j = 1, 100 do sum = sum + i * j / 2 end end
print("floats", sum)
