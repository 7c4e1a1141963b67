#include "check.h"

#include <sys/queue.h>

/* Each kind of list of <sys/queue.h>: what it holds, in its order, after each change. */

struct item {
    int number;
    SLIST_ENTRY(item) one;
    STAILQ_ENTRY(item) queue;
    SIMPLEQ_ENTRY(item) simple;
    LIST_ENTRY(item) list;
    TAILQ_ENTRY(item) tail;
    CIRCLEQ_ENTRY(item) ring;
};

SLIST_HEAD(ones, item);
STAILQ_HEAD(queues, item);
SIMPLEQ_HEAD(simples, item);
LIST_HEAD(lists, item);
TAILQ_HEAD(tails, item);
CIRCLEQ_HEAD(rings, item);

static struct item items[6] = {{.number = 0}, {.number = 1}, {.number = 2},
                               {.number = 3}, {.number = 4}, {.number = 5}};
static struct item *item, *other;
static char text[32];

#define SHOW(what, each)                                                                                     \
    do {                                                                                                     \
        size_t at = 0;                                                                                       \
        each                                                                                                 \
        {                                                                                                    \
            text[at++] = (char)('0' + item->number);                                                         \
        }                                                                                                    \
        text[at] = 0;                                                                                        \
        say("%s: %s", what, text);                                                                           \
    } while (0)

static void slist(void)
{
    struct ones head = SLIST_HEAD_INITIALIZER(head);
    CHECK(SLIST_EMPTY(&head));
    SLIST_INSERT_HEAD(&head, &items[1], one);
    SLIST_INSERT_HEAD(&head, &items[0], one);
    SLIST_INSERT_AFTER(&items[1], &items[3], one);
    SLIST_INSERT_AFTER(&items[1], &items[2], one);
    SHOW("slist", SLIST_FOREACH(item, &head, one));
    SLIST_REMOVE(&head, &items[3], item, one);
    SLIST_REMOVE(&head, &items[0], item, one);
    SHOW("slist", SLIST_FOREACH(item, &head, one));
    SLIST_REMOVE_HEAD(&head, one);
    CHECK(SLIST_FIRST(&head) == &items[2] && SLIST_NEXT(&items[2], one) == NULL);
    SLIST_INIT(&head);
    CHECK(SLIST_EMPTY(&head));
}

static void stailq(void)
{
    struct queues head = STAILQ_HEAD_INITIALIZER(head), rest;
    STAILQ_INIT(&rest);
    STAILQ_INSERT_TAIL(&head, &items[2], queue);
    STAILQ_INSERT_HEAD(&head, &items[0], queue);
    STAILQ_INSERT_AFTER(&head, &items[0], &items[1], queue);
    STAILQ_INSERT_TAIL(&head, &items[3], queue);
    STAILQ_INSERT_TAIL(&rest, &items[4], queue);
    STAILQ_CONCAT(&head, &rest);
    STAILQ_INSERT_TAIL(&head, &items[5], queue);
    SHOW("stailq", STAILQ_FOREACH(item, &head, queue));
    CHECK(STAILQ_EMPTY(&rest));
    STAILQ_REMOVE(&head, &items[5], item, queue);
    STAILQ_REMOVE_HEAD(&head, queue);
    STAILQ_REMOVE(&head, &items[2], item, queue);
    STAILQ_INSERT_TAIL(&head, &items[0], queue);
    SHOW("stailq", STAILQ_FOREACH(item, &head, queue));
    CHECK(STAILQ_FIRST(&head) == &items[1] && STAILQ_NEXT(&items[0], queue) == NULL);
}

static void simpleq(void)
{
    struct simples head;
    SIMPLEQ_INIT(&head);
    SIMPLEQ_INSERT_TAIL(&head, &items[1], simple);
    SIMPLEQ_INSERT_HEAD(&head, &items[0], simple);
    SIMPLEQ_INSERT_AFTER(&head, &items[1], &items[2], simple);
    SHOW("simpleq", SIMPLEQ_FOREACH(item, &head, simple));
    SIMPLEQ_REMOVE(&head, &items[2], item, simple);
    SIMPLEQ_REMOVE_HEAD(&head, simple);
    SIMPLEQ_INSERT_TAIL(&head, &items[3], simple);
    SHOW("simpleq", SIMPLEQ_FOREACH(item, &head, simple));
}

static void list(void)
{
    struct lists head;
    LIST_INIT(&head);
    LIST_INSERT_HEAD(&head, &items[2], list);
    LIST_INSERT_BEFORE(&items[2], &items[1], list);
    LIST_INSERT_AFTER(&items[2], &items[3], list);
    LIST_INSERT_HEAD(&head, &items[0], list);
    SHOW("list", LIST_FOREACH(item, &head, list));
    LIST_REMOVE(&items[0], list);
    LIST_REMOVE(&items[3], list);
    SHOW("list", LIST_FOREACH(item, &head, list));
    CHECK(LIST_FIRST(&head) == &items[1] && LIST_NEXT(&items[2], list) == NULL);
    LIST_REMOVE(&items[1], list);
    LIST_REMOVE(&items[2], list);
    CHECK(LIST_EMPTY(&head));
}

static void tailq(void)
{
    struct tails head = TAILQ_HEAD_INITIALIZER(head), rest;
    TAILQ_INIT(&rest);
    TAILQ_INSERT_TAIL(&head, &items[1], tail);
    TAILQ_INSERT_HEAD(&head, &items[0], tail);
    TAILQ_INSERT_AFTER(&head, &items[1], &items[3], tail);
    TAILQ_INSERT_BEFORE(&items[3], &items[2], tail);
    TAILQ_INSERT_TAIL(&rest, &items[4], tail);
    TAILQ_CONCAT(&head, &rest, tail);
    SHOW("tailq", TAILQ_FOREACH(item, &head, tail));
    SHOW("back", TAILQ_FOREACH_REVERSE(item, &head, tails, tail));
    CHECK(TAILQ_LAST(&head, tails) == &items[4] && TAILQ_PREV(&items[4], tails, tail) == &items[3]);
    CHECK(TAILQ_PREV(&items[0], tails, tail) == NULL && TAILQ_EMPTY(&rest));
    TAILQ_REMOVE(&head, &items[4], tail);
    TAILQ_REMOVE(&head, &items[0], tail);
    TAILQ_INSERT_HEAD(&head, &items[5], tail);
    SHOW("tailq", TAILQ_FOREACH(item, &head, tail));
    SHOW("back", TAILQ_FOREACH_REVERSE(item, &head, tails, tail));
    for (item = TAILQ_FIRST(&head); item; item = other) {
        other = TAILQ_NEXT(item, tail);
        TAILQ_REMOVE(&head, item, tail);
    }
    CHECK(TAILQ_EMPTY(&head) && TAILQ_LAST(&head, tails) == NULL);
}

static void circleq(void)
{
    struct rings head;
    CIRCLEQ_INIT(&head);
    CHECK(CIRCLEQ_EMPTY(&head));
    CIRCLEQ_INSERT_HEAD(&head, &items[1], ring);
    CIRCLEQ_INSERT_TAIL(&head, &items[3], ring);
    CIRCLEQ_INSERT_BEFORE(&head, &items[1], &items[0], ring);
    CIRCLEQ_INSERT_AFTER(&head, &items[1], &items[2], ring);
    SHOW("circleq", CIRCLEQ_FOREACH(item, &head, ring));
    SHOW("back", CIRCLEQ_FOREACH_REVERSE(item, &head, ring));
    struct item *const first = &items[0], *const last = &items[3]; /* glibc's want no parentheses */
    CHECK(CIRCLEQ_LOOP_NEXT(&head, last, ring) == first);
    CHECK(CIRCLEQ_LOOP_PREV(&head, first, ring) == last);
    CIRCLEQ_REMOVE(&head, &items[0], ring);
    CIRCLEQ_REMOVE(&head, &items[3], ring);
    SHOW("circleq", CIRCLEQ_FOREACH(item, &head, ring));
    CHECK(CIRCLEQ_FIRST(&head) == &items[1] && CIRCLEQ_LAST(&head) == &items[2]);
}

int main(void)
{
    slist();
    stailq();
    simpleq();
    list();
    tailq();
    circleq();
    return done();
}
