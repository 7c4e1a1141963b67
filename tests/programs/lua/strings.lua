-- string.*, utf8.*, patterns, formats, packing.
print(("hello"):upper(), ("HeLLo"):lower(), ("abc"):reverse(), ("ab"):rep(3, "-"), ("abc"):len(), #"a\0b", ("x"):rep(0) == "")
print(("hello"):sub(2, 3), ("hello"):sub(-3), ("hello"):sub(0), ("hello"):sub(10) == "", ("hello"):sub(-100, 2), ("hello"):byte(1, -1))
print(string.char(72, 105), ("a,b,,c"):find(",", 1, true), ("a.b"):find(".", 2, true), ("abc"):find("b()"), ("abc"):find("", 10), ("abc"):find("", 4))
print(("key = value"):match("^(%w+)%s*=%s*(%w+)$"), ("2024-02-29"):match("(%d+)-(%d+)-(%d+)"), ("[[x]]"):match("%[%[(.-)%]%]"))
print(("THE (quick) fox"):find("%((%a+)%)"), ("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):gsub("%f[%a]%a+", string.lower))
print(("hello world"):gsub("o", "0"), ("hello world"):gsub("o", "0", 1), ("abc"):gsub("", "-"), ("abc"):gsub("%w", "%0%0"), ("abc def"):gsub("(%w+) (%w+)", "%2 %1"))
print(("$name is $age"):gsub("%$(%w+)", {name = "Lua", age = 30}), ("abc"):gsub("b", function() return false end), ("x y"):gsub("%s+", "%%"))
for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, v, ";") end
for w in ("one two  three"):gmatch("%a+") do io.write(w, ".") end
for p in ("abc"):gmatch("()") do io.write(p, " ") end
print()
for _, bad in ipairs {"(", "%", "[a", "(()", "%b", "%f", "a)", "%1", "[%"} do print(bad, pcall(string.find, "aaa", bad)) end
print(pcall(string.gsub, "x", "x", "%9"), pcall(string.gsub, "x", "x", "%"))
print(("a"):rep(1000):find(("a?"):rep(20) .. ("a"):rep(20)))
print(pcall(string.match, ("a"):rep(100), (".-"):rep(3) .. "b"), #("a"):rep(300000):match(".-$"))
print(pcall(string.find, ("x"):rep(50), ("(x)"):rep(40)))
local classes = {}
for _, class in ipairs {"a", "c", "d", "g", "l", "p", "s", "u", "w", "x"} do
  local n = 0
  for i = 0, 255 do if string.char(i):find("%" .. class) then n = n + 1 end end
  classes[#classes + 1] = class .. n
end
print(table.concat(classes, " "))

print(string.format("%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%c|%i", 42, 42, 42, 42, 42, 255, 255, 255, 8, 65, 7))
print(string.format("%f|%.3f|%10.2f|%-10.2f|%e|%.2E|%g|%G|%g|%g", 3.14159, 3.14159, 3.14159, 3.14159, 12345.678, 0.00012, 1e20, 1e-10, 100000, 1e6))
print(string.format("%a|%A|%.1a|%a", 1, 0.5, 3.14, 0), string.format("%s|%10s|%-10s|%.2s|%q", "x", "right", "left", "cut", 'say "hi"\n\0\r\200'))
print(string.format("%q|%q|%q|%q", 1, 1.5, math.mininteger, 1 / 0), string.format("%%|%5.1f|%d", 2.25, 3.0), string.format("%s %s %s", nil, true, 12))
print(string.format("%.14g|%.17g|%.3f|%.0f|%.0f|%.20f", 0.1, 0.1, 2.0005, 0.5, 1.5, 0.1), string.format("%.99f", 1 / 3):len())
print(string.format("%-20s|", setmetatable({}, {__tostring = function() return "meta" end})), pcall(string.format, "%s"))
print(tostring(1e100), tostring(-0.0), 1e300 * 1e10, 2^31, 1e5, 123.0, 0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308)
print(tonumber("0x1p-2"), tonumber("  10  "), tonumber("10a"), tonumber("1e1"), tonumber("z", 36), tonumber("777", 8), tonumber("8", 8), tonumber(""), tonumber("0x"), tonumber("1 2"), tonumber("١"))
print(tonumber("7fffffffffffffff", 16), tonumber("9223372036854775808"), tonumber("-9223372036854775808"), math.tointeger("8"), math.tointeger(3.0), tonumber("nan"), tonumber("inf"))

-- packing: sizes, signs, alignment, byte order
print((string.pack("<i1i2i4i8", -1, -2, -3, -4):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
print((string.pack(">I3s2z", 0x010203, "str", "zero"):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
print((string.pack("<fdn", 1.5, -2.25, 0.1):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
print((string.pack("<!4 i1 i4 !8 i1 i8 Xi4", 1, 2, 3, 4):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
print(string.unpack("<i2 >i2 =i1", "\1\0\0\1\255"), string.unpack("z s1 c3", "abc\0\3xyzfoo"), string.packsize("<i4 i8 !8 d"), string.packsize("!8 b d"))
print(pcall(string.pack, "i1", 128), pcall(string.unpack, "i4", "abc"), pcall(string.pack, "i17", 1), pcall(string.packsize, "s"), string.unpack("<i16", string.pack("<i16", -5)))
for _, n in ipairs {0, 1, -1, 127, -128, 32767, math.maxinteger, math.mininteger} do assert(string.unpack("<j", string.pack("<j", n)) == n) end
for _, x in ipairs {0.0, 1 / 3, -1e300, 5e-324, math.huge} do assert(string.unpack("<d", string.pack("<d", x)) == x) end

-- utf8
local text = "aé日本𝄞"
print(#text, utf8.len(text), utf8.char(97, 233, 26085, 119070), utf8.codepoint(text, 1, -1))
for p, c in utf8.codes(text) do io.write(p, "=", c, " ") end
print(utf8.offset(text, 3), utf8.offset(text, -1), utf8.len("\xff"), utf8.len(text, 2, 3), utf8.len(text, 3))
print(pcall(utf8.codepoint, "\xe4"), pcall(utf8.len, text, 100), utf8.char(0x7FFFFFFF):byte(1, -1))
print(utf8.len("\u{D7FF}"), utf8.len("\xed\xa0\x80"), utf8.len("\xed\xa0\x80", 1, -1, true), "\u{48}\x49\z
       \74", '\65\066\10', [[
raw\n]], [==[]]]==])

-- long strings, ropes of concatenation, interning
local parts = {}
for i = 1, 20000 do parts[i] = tostring(i) end
local joined = table.concat(parts, " ")
local sum = 0
for d in joined:gmatch("%d+") do sum = sum + d end
print(#joined, sum, joined:sub(-11))
local s = ""
for i = 1, 3000 do s = s .. string.char(i % 256) end
local h = 0
for i = 1, #s do h = (h * 31 + s:byte(i)) & 0xffffffff end
print(#s, h, ("x"):rep(1 << 20):len(), pcall(string.rep, "x", -1))
print(#string.rep("abc", 5000000), "a" .. 1 .. 2.0, ("%d"):rep(3, " "):format(1, 2, 3), "\a\b\f\v\t" == "\x07\x08\x0c\x0b\x09")
