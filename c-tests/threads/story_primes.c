/* A pool of threads counts primes: each has a queue of ranges, splits what is large, and steals when it has
 * none. */
/* CALLS: futex, sched_yield */
#include "together.h"

#define WORKERS 4
#define CAPACITY 256
#define LIMIT 400000
#define SMALL 2000

struct range {
    int from, to;
};

static struct worker {
    pthread_mutex_t lock;
    struct range queue[CAPACITY];
    int first, last; /* the owner takes the last, thieves the first */
    long primes;
    int done;
} workers[WORKERS];

static atomic_int left = LIMIT - 2; /* numbers that nobody has looked at */

static bool put(struct worker *worker, struct range range)
{
    bool fits;
    pthread_mutex_lock(&worker->lock);
    fits = worker->last - worker->first < CAPACITY;
    if (fits) {
        worker->queue[worker->last++ % CAPACITY] = range;
    }
    pthread_mutex_unlock(&worker->lock);
    return fits;
}

static bool take(struct worker *worker, bool steal, struct range *range)
{
    bool found;
    if (steal ? pthread_mutex_trylock(&worker->lock) != 0 : pthread_mutex_lock(&worker->lock) != 0) {
        return false;
    }
    found = worker->first < worker->last;
    if (found) {
        *range = worker->queue[(steal ? worker->first++ : --worker->last) % CAPACITY];
    }
    pthread_mutex_unlock(&worker->lock);
    return found;
}

static bool is_prime(int n)
{
    for (int i = 2; i * i <= n; i++) {
        if (n % i == 0) {
            return false;
        }
    }
    return n >= 2;
}

static void count(struct worker *self, struct range range)
{
    while (range.to - range.from > SMALL) {
        int middle = range.from + (range.to - range.from) / 2;
        if (!put(self, (struct range){middle, range.to})) {
            break;
        }
        range.to = middle;
    }
    for (int n = range.from; n < range.to; n++) {
        self->primes += is_prime(n);
    }
    self->done += range.to - range.from;
    left -= range.to - range.from;
}

static void *work(void *argument)
{
    struct worker *self = argument;
    struct range range = {0, 0};
    while (left > 0) {
        bool found = take(self, false, &range);
        for (int i = 0; i < WORKERS && !found; i++) {
            found = &workers[i] != self && take(&workers[i], true, &range);
        }
        if (found) {
            count(self, range);
        } else {
            sched_yield();
        }
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[WORKERS];
    long primes = 0;
    int numbers = 0;
    for (int i = 0; i < WORKERS; i++) {
        pthread_mutex_init(&workers[i].lock, NULL);
    }
    put(&workers[0], (struct range){2, LIMIT}); /* all to one: the others must steal */
    for (int i = 0; i < WORKERS; i++) {
        threads[i] = start(work, &workers[i]);
    }
    for (int i = 0; i < WORKERS; i++) {
        joined(threads[i]);
        primes += workers[i].primes;
        numbers += workers[i].done;
    }
    IS(primes, 33860);
    IS(numbers, LIMIT - 2);
    return done();
}
