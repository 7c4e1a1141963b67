#define _GNU_SOURCE
#include "wali/native/jumps/strands.h"

#include "abi/guest.h"
#include "wali/native/base/fatal.h"
#include "wali/native/base/native_stack.h"
#include "wali/native/engine/internals/stack_limit.h"
#include "wali/native/jumps/jump_stack.h"
#include "wali/native/memory/limits.h"
#include "wali/native/memory/memory.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/stack_depth.h"

#include <stddef.h>
#include <sys/mman.h>

/* Each takes three mappings, of which the kernel gives a process 65530 (vm.max_map_count). */
#define MOST_STRANDS 20000
/* How many that have ended are kept as they are. */
#define ENOUGH_UNUSED 32
/* So many are made before the first look at which are lost. */
#define FEW 64

/* All strands of a thread, mapped when it needs a second one. */
struct strand_table {
    struct strand *current;
    struct strand own;
    struct strand *unused, *ended;
    uint32_t unused_count;
    uint32_t count;   /* of strands in the table, unused ones too */
    uint32_t look_at; /* so many are counted before lost ones are looked for again */
    uint32_t births;
    uint32_t first_free, end;             /* no place below the first is free, none from the second on used */
    struct strand *strands[MOST_STRANDS]; /* by their places; the thread's own is at 0 */
};

/* What a stack holds of who has left it, and the way to the other. */
#define LEAVE                                                                                                \
    "    pushq %rbp\n"                                                                                       \
    "    pushq %rbx\n"                                                                                       \
    "    pushq %r12\n"                                                                                       \
    "    pushq %r13\n"                                                                                       \
    "    pushq %r14\n"                                                                                       \
    "    pushq %r15\n"                                                                                       \
    "    movq %rsp, (%rdi)\n"                                                                                \
    "    movq %rsi, %rsp\n"

/* strand_switch() saves the caller's registers on its stack, the stack pointer in *from, and goes on
 * where that was done before.  strand_call() goes on in function(), on another stack. */
void strand_switch(uintptr_t *from, uintptr_t to) __attribute__((visibility("hidden")));
void strand_call(uintptr_t *from, uintptr_t top, void (*function)(void))
    __attribute__((visibility("hidden")));
__asm__(".text\n"
        ".globl strand_switch\n"
        ".hidden strand_switch\n"
        ".type strand_switch,@function\n"
        "strand_switch:\n" LEAVE "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size strand_switch, . - strand_switch\n"
        ".globl strand_call\n"
        ".hidden strand_call\n"
        ".type strand_call,@function\n"
        "strand_call:\n" LEAVE "    xorl %ebp, %ebp\n"
        "    call *%rdx\n"
        "    ud2\n"
        ".size strand_call, . - strand_call\n");

struct strand *strand_current(const struct wali_thread *self)
{
    return self->jumps.strands == NULL ? NULL : self->jumps.strands->current;
}

struct strand *strand_own(const struct wali_thread *self)
{
    return self->jumps.strands == NULL ? NULL : &self->jumps.strands->own;
}

struct strand *strand_at(const struct wali_thread *self, uint16_t place)
{
    return self->jumps.strands == NULL || place >= MOST_STRANDS ? NULL : self->jumps.strands->strands[place];
}

static void put_away(const struct wali_thread *self, struct strand_state *state)
{
    *state = (struct strand_state){
        .stack = self->stack,
        .guest_stack = self->guest_stack,
        .marks = self->marks,
        .crossing = self->crossing,
        .activation = self->activation,
        .call = self->call,
        .arena = self->jumps.arena,
        .met = self->jumps.met,
        .frames_end = self->frames_end,
        .uncaught = self->uncaught,
    };
}

static void take_up(struct wali_thread *self, const struct strand_state *state)
{
    self->stack = state->stack;
    self->guest_stack = state->guest_stack;
    self->marks = state->marks;
    self->crossing = state->crossing;
    self->activation = state->activation;
    self->call = state->call;
    self->jumps.arena = state->arena;
    self->jumps.met = state->met;
    self->frames_end = state->frames_end;
    self->uncaught = state->uncaught;
}

static struct strand_table *table_of(struct wali_thread *self)
{
    if (self->jumps.strands == NULL) {
        struct strand_table *table = mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (table == MAP_FAILED) {
            return NULL;
        }
        table->current = table->strands[0] = &table->own;
        table->count = table->first_free = table->end = 1;
        table->look_at = FEW;
        self->jumps.strands = table;
    }
    return self->jumps.strands;
}

static void unmap(struct strand_table *table, struct strand *strand)
{
    table->strands[strand->place] = NULL;
    table->first_free = strand->place < table->first_free ? strand->place : table->first_free;
    table->count--;
    strand_references_drop(&strand->references);
    jump_arena_delete(strand->state.arena);
    struct native_stack memory = strand->state.stack; /* the strand lies in it */
    native_stack_unmap(&memory);
}

/* A strand that has ended is used again with what it has mapped. */
static void put(struct strand_table *table, struct strand *strand)
{
    if (table->unused_count >= ENOUGH_UNUSED || strand->state.stack.size != native_stack_size_for(0)) {
        unmap(table, strand);
        return;
    }
    strand_references_drop(&strand->references);
    jump_arena_empty(strand->state.arena);
    strand->birth = 0;
    strand->next_unused = table->unused;
    table->unused = strand;
    table->unused_count++;
}

static struct strand *map(struct strand_table *table, uint64_t size)
{
    struct native_stack memory;
    while (table->first_free < MOST_STRANDS && table->strands[table->first_free] != NULL) {
        table->first_free++;
    }
    if (table->first_free == MOST_STRANDS || !limits_host_has_room(size) ||
        !native_stack_map(size, &memory)) {
        return NULL;
    }
    struct jump_arena *const arena = jump_arena_new();
    if (arena == NULL) {
        native_stack_unmap(&memory);
        return NULL;
    }
    /* What it holds is the guest's native frames, of which a core file would seem to have all. */
    madvise(memory.low, memory.size + NATIVE_SPARE, MADV_DONTDUMP);
    struct strand *strand = (struct strand *)(void *)(memory.low + memory.size) - 1;
    strand->state.stack = memory;
    strand->state.arena = arena;
    strand->place = (uint16_t)table->first_free;
    table->strands[strand->place] = strand;
    table->end = strand->place < table->end ? table->end : strand->place + UINT32_C(1);
    table->count++;
    return strand;
}

/* Which strand has begun last of those whose guest stack has a page, by its birth.  Pages of the
 * guest's, of a stack so many at most. */
#define PAGES (GUEST_SPAN / GUEST_PAGE)
#define MOST_PAGES 2048

static void note_stack(uint32_t *births, const struct strand *strand)
{
    const struct guest_stack *const stack = &strand->state.guest_stack;
    const uint32_t last = (stack->high - 1) / GUEST_PAGE, low = stack->low / GUEST_PAGE;
    /* The lowest page may be the highest of the stack below it. */
    const uint32_t first = low + (stack->low % GUEST_PAGE != 0 && low < last);
    for (uint32_t page = last; page + MOST_PAGES > last && page >= first && page <= last; page--) {
        births[page] = births[page] > strand->birth ? births[page] : strand->birth;
    }
}

/* Whether guest memory still names one of the jumps, where that was written. */
static bool jumps_are_named(const struct jump_arena *arena)
{
    struct guest_jump token;
    const struct jump *jump = arena->last;
    while (jump != NULL && !(copy_in(&token, gaddr(jump->what.buffer), sizeof token) &&
                             jump_is_named(&token) && token.serial == jump->serial)) {
        jump = jump->previous;
    }
    return jump != NULL;
}

/* Whether nothing leads to the strand any more.  That is so if it has no jumps.  Else it is taken to be
 * so if guest memory names none of them, where they have been saved, and another strand has begun on
 * the same stack since, or the stack is unmapped: a program that frees the stack of a context that has
 * not ended, and the context with it, tells nobody. */
static bool is_lost(const uint32_t *births, const struct strand *strand)
{
    const uint32_t last = (strand->state.guest_stack.high - 1) / GUEST_PAGE;
    return strand->state.arena->last == NULL ||
           (((births != NULL && births[last] > strand->birth) ||
             wali_memory_mapped_part(gaddr(last * GUEST_PAGE), 1) == 0) &&
            !jumps_are_named(strand->state.arena));
}

/* Takes apart the strands that are lost. */
static void drop_lost(struct strand_table *table)
{
    uint32_t *births = mmap(NULL, PAGES * sizeof *births, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    births = births != MAP_FAILED ? births : NULL; /* then only those whose stack is unmapped are found */
    for (uint32_t i = 1; births != NULL && i < table->end; i++) {
        const struct strand *const strand = table->strands[i];
        if (strand != NULL && strand->birth != 0) {
            note_stack(births, strand);
        }
    }
    for (uint32_t i = 1; i < table->end; i++) {
        struct strand *const strand = table->strands[i];
        if (strand != NULL && strand->birth != 0 && strand != table->current && is_lost(births, strand)) {
            put(table, strand);
        }
    }
    if (births != NULL) {
        munmap(births, PAGES * sizeof *births);
    }
    const uint32_t living = table->count - table->unused_count;
    table->look_at = 2 * (living > FEW ? living : FEW);
}

static struct strand *take_unused(struct strand_table *table, uint64_t size)
{
    struct strand *const strand = table->unused;
    if (strand == NULL || size != native_stack_size_for(0)) {
        return NULL;
    }
    table->unused = strand->next_unused;
    table->unused_count--;
    return strand;
}

static void refuse_borrowers(const struct wali_thread *self)
{
    if (thread_borrows(self)) {
        guest_abort("a context was left in the child of a vfork");
    }
}

struct strand *strand_new(struct wali_thread *self, struct guest_stack guest_stack)
{
    refuse_borrowers(self);
    struct strand_table *const table = table_of(self);
    const uint64_t size = native_stack_size_for(guest_stack.high - guest_stack.low);
    if (table == NULL) {
        return NULL;
    }
    if (table->count - table->unused_count >= table->look_at) {
        drop_lost(table);
    }
    struct strand *strand = take_unused(table, size);
    strand = strand != NULL ? strand : map(table, size);
    if (strand == NULL) {
        drop_lost(table);
        strand = take_unused(table, native_stack_size_for(0));
        strand = strand != NULL ? strand : map(table, size);
    }
    if (strand == NULL) {
        return NULL;
    }
    strand->state = (struct strand_state){.stack = strand->state.stack,
                                          .guest_stack = guest_stack,
                                          .call = self->call,
                                          .arena = strand->state.arena};
    strand->birth = ++table->births;
    return strand;
}

/* What the engine has noted of the running strand's frames; `low` is below them.  Which words these are
 * stays the same. */
static void save_words(struct wali_thread *self, struct strand *strand, uintptr_t low)
{
    if (strand->words.count != 0) {
        thread_words_renew(&strand->words);
    } else if (thread_words_locate(&self->engine.local)) {
        thread_words_save(&strand->words, &self->engine.local, self->engine.vm_store, low, self->frames_end);
    }
    if (strand->words.count == 0) {
        guest_abort("swapcontext: the engine's notes cannot be found");
    }
}

static struct strand *leave(struct wali_thread *self)
{
    struct strand *const from = self->jumps.strands->current;
    refuse_borrowers(self);
    /* The limit is no pointer to a frame, though host code may have frames on both sides of it. */
    from->stack_limit = stack_limit_set(self->engine.vm_store, UINT64_MAX);
    if (from != self->jumps.strands->ended) {
        save_words(self, from, (uintptr_t)__builtin_frame_address(0));
        strand_references_keep(self, &from->references);
    }
    put_away(self, &from->state);
    return from;
}

static void enter(struct wali_thread *self, struct strand *to)
{
    take_up(self, &to->state);
    self->jumps.strands->current = to;
    self->jumps.place = to->place;
}

/* Called on the strand that goes on. */
static void take_ended(struct strand_table *table)
{
    if (table->ended != NULL) {
        put(table, table->ended);
        table->ended = NULL;
    }
}

static void come_back(struct wali_thread *self, struct strand *strand)
{
    thread_words_restore(&strand->words);
    stack_limit_restore(self->engine.vm_store, strand->stack_limit);
    if (strand->references.count != 0) {
        strand_references_give_back(self, &strand->references);
    }
    take_ended(self->jumps.strands);
}

void strand_go(struct wali_thread *self, struct strand *to)
{
    struct strand *const from = leave(self);
    enter(self, to);
    strand_switch(&from->stack_pointer, to->stack_pointer);
    come_back(self, from);
}

static void first(void)
{
    struct wali_thread *const self = wali_self;
    self->frames_end = (uintptr_t)__builtin_frame_address(0);
    take_ended(self->jumps.strands);
    stack_depth_begin(self);
    self->jumps.strands->current->begin(self);
}

void strand_begin(struct wali_thread *self, struct strand *to, void (*begin)(struct wali_thread *))
{
    struct strand *const from = leave(self);
    thread_words_clear(&from->words);
    enter(self, to);
    to->begin = begin;
    strand_call(&from->stack_pointer, (uintptr_t)to & ~(uintptr_t)63, first);
    come_back(self, from);
}

void strand_ends(struct wali_thread *self)
{
    self->jumps.strands->ended = self->jumps.strands->current;
}

void strands_delete(struct wali_thread *thread)
{
    struct strand_table *const table = thread->jumps.strands;
    for (uint32_t i = 1; table != NULL && i < table->end; i++) {
        if (table->strands[i] != NULL) {
            unmap(table, table->strands[i]);
        }
    }
    if (table != NULL) {
        munmap(table, sizeof *table);
        thread->jumps.strands = NULL;
    }
    jump_arena_delete(thread->jumps.arena);
    thread->jumps.arena = NULL;
}
