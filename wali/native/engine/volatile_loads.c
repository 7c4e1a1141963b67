/* wasm has no volatile, and the engine takes the value of an earlier load for that of a later one of
 * the same address if nothing between may have written: no store, call or atomic access.  Natively a
 * loop reads what is volatile each time around, and a handler or another thread ends it.  In a loop
 * that writes nothing, a load whose address does not change can only be volatile: the compiler has
 * moved all others before the loop, but those that only some rounds come to.
 *
 * The code is not validated yet: each number is checked, and a body that makes no sense is passed
 * over, for the engine will refuse it.
 *
 * Source: WebAssembly core specification 3.0, 5.4 (instructions). */
#include "wali/native/engine/volatile_loads.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_LOCALS = 1 << 16, /* the engine takes 50,000 */
    MOST_LOOPS = 256,      /* inside each other */
    MOST_PENDING = 1024,   /* loads of loops that have not ended */
    MOST_VALUES = 8,       /* on the operand stack, as far as they are followed */
    MOST_INPUTS = 3,       /* locals that an address is computed of */
};

/* Opcodes. */
enum {
    OP_BLOCK = 0x02,
    OP_LOOP = 0x03,
    OP_IF = 0x04,
    OP_TRY = 0x06,
    OP_END = 0x0B,
    OP_CALL = 0x10,
    OP_RETURN_CALL_REF = 0x15,
    OP_DELEGATE = 0x18,
    OP_TRY_TABLE = 0x1F,
    OP_LOCAL_GET = 0x20,
    OP_LOCAL_SET = 0x21,
    OP_LOCAL_TEE = 0x22,
    OP_GLOBAL_GET = 0x23,
    OP_LOAD = 0x28,
    OP_LAST_LOAD = 0x35,
    OP_STORE = 0x36,
    OP_LAST_STORE = 0x3E,
    OP_MEMORY_GROW = 0x40,
    OP_I32_CONST = 0x41,
    OP_I32_ADD = 0x6A,
    OP_I32_ROTR = 0x78,
    PREFIX_GC = 0xFB,
    PREFIX_MISC = 0xFC,
    PREFIX_SIMD = 0xFD,
    PREFIX_ATOMIC = 0xFE,
    MISC_MEMORY_INIT = 0x08,
    MISC_MEMORY_COPY = 0x0A,
    MISC_MEMORY_FILL = 0x0B,
    SIMD_STORE = 0x0B,
    SIMD_STORE_LANE = 0x58,
    SIMD_LAST_STORE_LANE = 0x5B,
};

/* A value on the operand stack: the locals that it is computed of, and of nothing else. */
struct value {
    uint32_t inputs[MOST_INPUTS];
    int count; /* -1 if it is anything else */
};

struct loop {
    uint32_t start;
    int depth;   /* of its end: how many blocks are around it */
    int pending; /* loads that were there when it began */
    bool writes;
};

struct pending {
    struct wali_volatile_load load;
    struct value address;
};

struct scan {
    const uint8_t *base, *at, *end;
    bool is_bad, is_in_load;
    const struct wali_operands *operands;
    struct wali_volatile_load *found;
    size_t found_count, most;
    int depth, loop_count, pending_count, value_count;
    uint32_t room; /* in this body, and of no load yet; 0 for none */
    struct loop loops[MOST_LOOPS];
    struct pending pending[MOST_PENDING];
    struct value values[MOST_VALUES];
    uint32_t last_set[MOST_LOCALS]; /* by local: where it was set last; of earlier bodies, too */
};

static uint8_t next_byte(struct scan *scan)
{
    if (scan->at >= scan->end) {
        scan->is_bad = true;
        return 0;
    }
    return *scan->at++;
}

static void pass_bytes(struct scan *scan, size_t count)
{
    if ((size_t)(scan->end - scan->at) < count) {
        scan->is_bad = true;
    } else {
        scan->at += count;
    }
}

/* The number that ends here has a last byte that says nothing: as linkers write those that they may
 * have to change.  In a load it is no room, for the load may be put elsewhere. */
static void note_room(struct scan *scan)
{
    if (scan->is_in_load) {
        return;
    }
    const uint32_t place = (uint32_t)(scan->at - 1 - scan->base);
    for (int i = scan->pending_count; i > 0; i--) {
        if (scan->pending[i - 1].load.room == 0) {
            scan->pending[i - 1].load.room = place;
            return;
        }
    }
    scan->room = place;
}

/* Of up to 64 bits, with a sign or without; the low 32 bits. */
static uint32_t next_number(struct scan *scan)
{
    uint64_t number = 0;
    uint8_t last = 0x40;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        const uint8_t byte = next_byte(scan);
        number |= (uint64_t)(byte & 0x7F) << shift % 64;
        if (byte < 0x80) {
            if (byte == 0 && (last & 0x40) == 0) {
                note_room(scan);
            }
            return (uint32_t)number;
        }
        last = byte;
    }
    scan->is_bad = true;
    return 0;
}

static void pass_type(struct scan *scan)
{
    const uint8_t first = next_byte(scan);
    if (first == 0x63 || first == 0x64 || first >= 0x80) {
        next_number(scan);
    }
}

static void pass_catches(struct scan *scan)
{
    for (uint32_t count = next_number(scan); count > 0 && !scan->is_bad; count--) {
        if (next_byte(scan) < 2) {
            next_number(scan);
        }
        next_number(scan);
    }
}

static void pass_operand(struct scan *scan, char letter)
{
    switch (letter) {
    case 'm':
        if ((next_number(scan) & 0x40) != 0) {
            next_number(scan);
        }
        next_number(scan);
        break;
    case 'b':
        pass_bytes(scan, 1);
        break;
    case '4':
        pass_bytes(scan, 4);
        break;
    case '8':
        pass_bytes(scan, 8);
        break;
    case 'v':
        pass_bytes(scan, 16);
        break;
    case 't':
    case 'r':
        pass_type(scan);
        break;
    case 'T':
        for (uint64_t count = 1 + (uint64_t)next_number(scan); count > 0 && !scan->is_bad; count--) {
            next_number(scan);
        }
        break;
    case 'S':
        for (uint32_t count = next_number(scan); count > 0 && !scan->is_bad; count--) {
            pass_type(scan);
        }
        break;
    case 'C':
        pass_catches(scan);
        break;
    case '?':
        scan->is_bad = true;
        break;
    default:
        next_number(scan);
    }
}

/* --- the operand stack --- */

static void push(struct scan *scan, struct value value)
{
    if (scan->value_count == MOST_VALUES) {
        memmove(scan->values, scan->values + 1, sizeof scan->values - sizeof scan->values[0]);
        scan->value_count--;
    }
    scan->values[scan->value_count++] = value;
}

static struct value pop(struct scan *scan)
{
    return scan->value_count > 0 ? scan->values[--scan->value_count] : (struct value){.count = -1};
}

static struct value computed(struct value one, struct value other)
{
    if (one.count < 0 || other.count < 0 || one.count + other.count > MOST_INPUTS) {
        return (struct value){.count = -1};
    }
    for (int i = 0; i < other.count; i++) {
        one.inputs[one.count++] = other.inputs[i];
    }
    return one;
}

/* --- loops --- */

static void begin_loop(struct scan *scan, uint32_t start)
{
    if (scan->loop_count == MOST_LOOPS) {
        scan->is_bad = true;
        return;
    }
    scan->loops[scan->loop_count++] =
        (struct loop){.start = start, .depth = scan->depth, .pending = scan->pending_count};
}

static void note_write(struct scan *scan)
{
    if (scan->loop_count > 0) {
        scan->loops[scan->loop_count - 1].writes = true;
    }
}

static bool changes_in(const struct scan *scan, const struct loop *loop, const struct value *value)
{
    for (int i = 0; i < value->count; i++) {
        if (scan->last_set[value->inputs[i]] > loop->start) {
            return true;
        }
    }
    return false;
}

/* A load is judged by the innermost loop that it is in: what writes or changes in that does so in
 * those around it, too. */
static void end_loop(struct scan *scan)
{
    const struct loop *loop = &scan->loops[--scan->loop_count];
    if (loop->writes) {
        note_write(scan);
    } else {
        for (int i = loop->pending; i < scan->pending_count && scan->found_count < scan->most; i++) {
            if (!changes_in(scan, loop, &scan->pending[i].address)) {
                scan->found[scan->found_count++] = scan->pending[i].load;
            }
        }
    }
    scan->pending_count = loop->pending;
}

static void note_load(struct scan *scan, struct value address, uint32_t start)
{
    if (scan->loop_count == 0 || address.count < 0 || scan->loops[scan->loop_count - 1].writes) {
        return;
    }
    if (scan->pending_count == MOST_PENDING) {
        scan->is_bad = true;
        return;
    }
    const uint32_t length = (uint32_t)(scan->at - scan->base) - start;
    scan->pending[scan->pending_count++] = (struct pending){{start, length, scan->room}, address};
    scan->room = 0;
}

static void end_block(struct scan *scan)
{
    scan->depth--;
    if (scan->loop_count > 0 && scan->loops[scan->loop_count - 1].depth == scan->depth) {
        end_loop(scan);
    }
}

/* --- instructions --- */

static bool writes_behind(uint8_t prefix, uint32_t opcode)
{
    switch (prefix) {
    case PREFIX_ATOMIC:
        return true;
    case PREFIX_MISC:
        return opcode == MISC_MEMORY_INIT || opcode == MISC_MEMORY_COPY || opcode == MISC_MEMORY_FILL;
    case PREFIX_SIMD:
        return opcode == SIMD_STORE || (opcode >= SIMD_STORE_LANE && opcode <= SIMD_LAST_STORE_LANE);
    default:
        return false;
    }
}

static void set_local(struct scan *scan, uint32_t local, uint32_t start)
{
    if (local < MOST_LOCALS) {
        scan->last_set[local] = start;
    }
}

static struct value local_value(uint32_t local)
{
    return local < MOST_LOCALS ? (struct value){{local}, 1} : (struct value){.count = -1};
}

static void pass_operands(struct scan *scan, const struct wali_operands *operands)
{
    for (size_t i = 0; i < sizeof operands->letters && operands->letters[i] != '\0'; i++) {
        pass_operand(scan, operands->letters[i]);
    }
}

/* What an instruction without a prefix does with the operand stack; those that are not named leave
 * nothing there that is known. */
static void follow(struct scan *scan, uint8_t opcode, uint32_t start, uint32_t operand)
{
    if (opcode == OP_LOCAL_GET) {
        push(scan, local_value(operand));
    } else if (opcode == OP_I32_CONST || opcode == OP_GLOBAL_GET) {
        push(scan, (struct value){.count = 0});
    } else if (opcode == OP_LOCAL_TEE) {
        set_local(scan, operand, start);
    } else if (opcode == OP_LOCAL_SET) {
        set_local(scan, operand, start);
        pop(scan);
    } else if (opcode >= OP_I32_ADD && opcode <= OP_I32_ROTR) {
        const struct value second = pop(scan);
        push(scan, computed(pop(scan), second));
    } else if (opcode >= OP_LOAD && opcode <= OP_LAST_LOAD) {
        note_load(scan, pop(scan), start);
        push(scan, (struct value){.count = -1});
    } else {
        scan->value_count = 0;
    }
}

static void pass_plain(struct scan *scan, uint8_t opcode, uint32_t start)
{
    uint32_t operand = 0;
    if (opcode >= OP_LOCAL_GET && opcode <= OP_LOCAL_TEE) {
        operand = next_number(scan);
    } else {
        scan->is_in_load = opcode >= OP_LOAD && opcode <= OP_LAST_LOAD;
        pass_operands(scan, &scan->operands[opcode]);
        scan->is_in_load = false;
    }
    if ((opcode >= OP_BLOCK && opcode <= OP_IF) || opcode == OP_TRY || opcode == OP_TRY_TABLE) {
        if (opcode == OP_LOOP) {
            begin_loop(scan, start);
        }
        scan->depth++;
    } else if (opcode == OP_END || opcode == OP_DELEGATE) {
        end_block(scan);
    } else if ((opcode >= OP_CALL && opcode <= OP_RETURN_CALL_REF) || opcode == OP_MEMORY_GROW ||
               (opcode >= OP_STORE && opcode <= OP_LAST_STORE)) {
        note_write(scan);
    }
    follow(scan, opcode, start, operand);
}

static void pass_instruction(struct scan *scan)
{
    const uint32_t start = (uint32_t)(scan->at - scan->base);
    const uint8_t opcode = next_byte(scan);
    if (opcode < PREFIX_GC) {
        pass_plain(scan, opcode, start);
        return;
    }
    const uint32_t second = next_number(scan);
    if (opcode > PREFIX_ATOMIC || second >= WALI_INSTRUCTIONS) {
        scan->is_bad = true;
        return;
    }
    const size_t row = (size_t)(opcode - PREFIX_GC + 1) * WALI_INSTRUCTIONS + second;
    pass_operands(scan, &scan->operands[row]);
    if (writes_behind(opcode, second)) {
        note_write(scan);
    }
    scan->value_count = 0;
}

static void scan_body(struct scan *scan)
{
    scan->is_bad = false;
    scan->depth = 1; /* the body's own end */
    scan->loop_count = scan->pending_count = scan->value_count = 0;
    scan->room = 0;
    for (uint32_t count = next_number(scan); count > 0 && !scan->is_bad; count--) {
        next_number(scan);
        pass_type(scan);
    }
    while (!scan->is_bad && scan->depth > 0 && scan->at < scan->end) {
        pass_instruction(scan);
    }
}

int64_t wali_volatile_loads(const uint8_t *bodies, size_t length, uint32_t count,
                            const struct wali_operands *operands, struct wali_volatile_load *found,
                            size_t most)
{
    if (length > UINT32_MAX) {
        return 0;
    }
    struct scan *scan = calloc(1, sizeof *scan);
    if (scan == NULL) {
        return -1;
    }
    scan->base = scan->at = bodies;
    scan->operands = operands;
    scan->found = found;
    scan->most = most;
    for (uint32_t i = 0; i < count; i++) {
        scan->end = bodies + length;
        scan->is_bad = false;
        const uint32_t size = next_number(scan);
        if (scan->is_bad || (size_t)(scan->end - scan->at) < size) {
            break;
        }
        const uint8_t *next = scan->at + size;
        const size_t before = scan->found_count;
        scan->end = next;
        scan_body(scan);
        if (scan->is_bad || scan->at != next) {
            scan->found_count = before;
        }
        scan->at = next;
    }
    const int64_t result = (int64_t)scan->found_count;
    free(scan);
    return result;
}
