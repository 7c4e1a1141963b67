//! The wheel's allocator by itself (c/malloc.zig, beside a copy of this file), under names of ours: malloc.c has a lock.

pub inline fn symbol(comptime func: *const anyopaque, comptime name: []const u8) void {
    @export(func, .{ .name = "__wali_" ++ name, .linkage = .strong, .visibility = .hidden });
}

comptime {
    _ = @import("c/malloc.zig");
}
