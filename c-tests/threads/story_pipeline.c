/* Producers, a stage that transforms, consumers; between them small rings with two conditions each. */
/* CALLS: futex */
#include "together.h"

#define PRODUCERS 3
#define MIDDLE 2
#define CONSUMERS 3
#define ITEMS 4000
#define ROOM 16

static struct ring {
    pthread_mutex_t lock;
    pthread_cond_t not_full, not_empty;
    int64_t items[ROOM];
    unsigned first, count;
    int writers;
} rings[2];

static void put(struct ring *ring, int64_t item)
{
    pthread_mutex_lock(&ring->lock);
    while (ring->count == ROOM) {
        pthread_cond_wait(&ring->not_full, &ring->lock);
    }
    ring->items[(ring->first + ring->count++) % ROOM] = item;
    pthread_cond_signal(&ring->not_empty);
    pthread_mutex_unlock(&ring->lock);
}

static bool get(struct ring *ring, int64_t *item)
{
    bool found;
    pthread_mutex_lock(&ring->lock);
    while (ring->count == 0 && ring->writers > 0) {
        pthread_cond_wait(&ring->not_empty, &ring->lock);
    }
    found = ring->count > 0;
    if (found) {
        *item = ring->items[ring->first];
        ring->first = (ring->first + 1) % ROOM;
        ring->count--;
        pthread_cond_signal(&ring->not_full);
    }
    pthread_mutex_unlock(&ring->lock);
    return found;
}

static void leave(struct ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    ring->writers--;
    pthread_cond_broadcast(&ring->not_empty);
    pthread_mutex_unlock(&ring->lock);
}

static void *produce(void *number)
{
    for (int64_t i = 0; i < ITEMS; i++) {
        put(&rings[0], (intptr_t)number * ITEMS + i);
    }
    leave(&rings[0]);
    return NULL;
}

static void *transform(void *unused)
{
    int64_t item;
    while (get(&rings[0], &item)) {
        put(&rings[1], item * item);
    }
    leave(&rings[1]);
    return unused;
}

static int64_t sums[CONSUMERS], counts[CONSUMERS];

static void *consume(void *number)
{
    int64_t item;
    while (get(&rings[1], &item)) {
        sums[(intptr_t)number] += item;
        counts[(intptr_t)number]++;
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[PRODUCERS + MIDDLE + CONSUMERS];
    int n = 0;
    int64_t sum = 0, count = 0;
    for (int i = 0; i < 2; i++) {
        pthread_mutex_init(&rings[i].lock, NULL);
        pthread_cond_init(&rings[i].not_full, NULL);
        pthread_cond_init(&rings[i].not_empty, NULL);
        rings[i].writers = i == 0 ? PRODUCERS : MIDDLE;
    }
    for (intptr_t i = 0; i < CONSUMERS; i++) {
        threads[n++] = start(consume, (void *)i);
    }
    for (int i = 0; i < MIDDLE; i++) {
        threads[n++] = start(transform, NULL);
    }
    for (intptr_t i = 0; i < PRODUCERS; i++) {
        threads[n++] = start(produce, (void *)i);
    }
    while (n > 0) {
        joined(threads[--n]);
    }
    for (int i = 0; i < CONSUMERS; i++) {
        sum += sums[i];
        count += counts[i];
    }
    IS(count, PRODUCERS * ITEMS);
    int64_t expected = 0;
    for (int64_t i = 0; i < PRODUCERS * ITEMS; i++) {
        expected += i * i;
    }
    CHECK(sum == expected);
    return done();
}
