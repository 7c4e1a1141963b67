-- os.*: dates, environment, files, clocks.
print(os.time{year = 2024, month = 2, day = 29, hour = 12}, os.time{year = 2000, month = 14, day = -3, hour = 0}, os.time{year = 1969, month = 12, day = 31, hour = 23, min = 59, sec = 58})
for _, t in ipairs {0, 86399, 951782400, 1709208000, 2147483648, 4102444800, -1} do print(os.date("!%Y-%m-%d %H:%M:%S %j %a %A %b %B %p %y %w %U %I %%", t)) end
print(os.date("!%c|%x|%X|%D|%F|%T|%R|%e|%n|%t|%G-%V|%u|%C|%h|%r", 1709208000))
local d = os.date("!*t", 1709208000)
print(d.year, d.month, d.day, d.hour, d.min, d.sec, d.wday, d.yday, d.isdst)
print(os.time(os.date("*t", 1234567890)), os.date("%H:%M %Z", 0), pcall(os.date, "%Ez"), pcall(os.date, "%Q", 0), pcall(os.time, {year = 2024}))
print(os.difftime(10, 4), pcall(os.date, "*t", 1 << 60), os.time{year = 2024, month = 1, day = 1, hour = 0, isdst = false})
local t = {year = 2024, month = 13, day = 32, hour = 25, min = 61, sec = 61}
os.time(t); print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday)
local now = os.time(); print(now > 1700000000, math.abs(os.time(os.date("*t", now)) - now))
local c = os.clock(); for i = 1, 1000000 do c = c + 0 end; print(os.clock() >= c, os.clock() - c < 30)

print(os.getenv("APP_TEST_VARIABLE"), os.getenv("APP_TEST_EMPTY"), os.getenv("APP_TEST_UNSET"))
print(os.rename("absent", "other")); print(os.remove("absent"))
local f = io.open("a.txt", "w"); f:write("x"); f:close()
print(os.rename("a.txt", "b.txt"), io.open("a.txt"), os.remove("b.txt"), (os.remove("b.txt")))
print(os.setlocale(), os.setlocale("C"), os.setlocale(nil, "numeric"), pcall(os.setlocale, "C", "bad"))
