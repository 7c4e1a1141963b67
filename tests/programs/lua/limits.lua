-- Each of these is as deep as Lua lets it be, and ends in an error of Lua's own.
print(pcall(load, string.rep("(", 100000)))
print(select(2, load("return " .. string.rep("{", 100000))))
local function r(n) return 1 + r(n + 1) end
print(select(2, pcall(r, 1)))
local t = setmetatable({}, {}) ; getmetatable(t).__index = function(t, k) return t[k + 1] end
print(select(2, pcall(function() return t[1] end)))
print(select(2, pcall(string.rep, "x", 1 << 31)) )
local function gs(n) return (string.gsub("a", "a", function() return gs(n + 1) end)) end
print(select(2, pcall(gs, 1)))
local co = coroutine.wrap(function() local function c() return coroutine.wrap(c)() end return c() end)
print(select(2, pcall(co)))
print(select(2, pcall(string.match, string.rep("a", 300000), string.rep("a?", 300000) .. "b")))
print(select(2, pcall(string.find, string.rep("(", 1000), string.rep("(", 400))))
print("alive")
