#include "pgstair/pool.h"

#include "service/pool_answer.h"
#include "service/pool_clock.h"
#include "service/pool_connect.h"
#include "service/pool_limits.h"
#include "service/pool_memory.h"
#include "service/pool_slot.h"
#include "service/problem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/*
 * Every connection has a slot; a caller gets a slot, with or without a connection in it, and what
 * takes time (connecting, asking, closing) is done with the slot in hand and the mutex free.
 */

/* A caller that waits; on its own stack, in the order of arrival. */
typedef struct Waiter {
    pthread_cond_t turn;
    PgsPoolSlot *slot; /* what it was given, or NULL */
    struct Waiter *next;
} Waiter;

struct PgsPool {
    PgsPoolSettings settings;
    pid_t pid; /* a child that is forked off has no part in its parent's connections */
    pthread_mutex_t mutex;
    /* All below is the mutex's. */
    PgsPoolSlot *slots;
    int n_slots;
    Waiter *first, **last;
    PgsPoolState state; /* its counts; the rest is counted when it is asked for */
    int is_closed;      /* pgs_pool_free() was called; the last release ends it */
};

/* The client waits this much longer than the server's own statement_timeout. */
#define GRACE_MS 5000

#define EXHAUSTED_HINT                                                                             \
    "Give connections back sooner, look for ones that are never given back, or raise the pool's "  \
    "size, overflow or timeout."

/* "Do not wait" is for a free connection; the server still gets its time. */
long
pgs_pool_patience(const PgsPool *pool)
{
    const PgsPoolSettings *settings = &pool->settings;
    return settings->timeout > 0 ? settings->timeout : settings->connect_timeout;
}

long
pgs_pool_statement_limit(const PgsPool *pool)
{
    long limit = pool->settings.statement_timeout;
    return limit < 0 ? -1 : limit + GRACE_MS;
}

int
pgs_pool_is_unusable(const PgsPool *pool, PgsProblem **problem)
{
    if (pool == NULL) {
        pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", NULL, "there is no pool");
        return 1;
    }
    if (pool->pid == getpid())
        return 0;
    pgs_problem_set(problem, PGS_PROBLEM_USAGE, "", "Make a pool in each process, after fork().",
                    "the pool belongs to process %ld, which this one was forked off",
                    (long)pool->pid);
    return 1;
}

PgsPool *
pgs_pool_new(const PgsPoolOptions *options, PgsProblem **problem)
{
    PgsPoolSettings settings;
    if (!pgs_pool_settings_read(&settings, options, problem))
        return NULL;
    PgsPool *pool = pgs_memory_new(1, sizeof *pool);
    pool->settings = settings;
    pool->pid = getpid();
    pthread_mutex_init(&pool->mutex, NULL);
    pool->n_slots = settings.size + settings.overflow;
    pool->slots = pgs_memory_new((size_t)pool->n_slots, sizeof *pool->slots);
    pool->last = &pool->first;
    return pool;
}

static void
end_pool(PgsPool *pool)
{
    pthread_mutex_destroy(&pool->mutex);
    pgs_pool_settings_clear(&pool->settings);
    free(pool->slots);
    free(pool);
}

/* With the mutex. */
static int
count_slots(const PgsPool *pool, PgsPoolSlotState state)
{
    int n = 0;
    for (int i = 0; i < pool->n_slots; i++)
        n += pool->slots[i].state == state;
    return n;
}

void
pgs_pool_free(PgsPool *pool)
{
    if (pgs_pool_is_unusable(pool, NULL))
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->is_closed = 1;
    for (int i = 0; i < pool->n_slots; i++) {
        PgsPoolSlot *slot = &pool->slots[i];
        if (slot->state == PGS_SLOT_IDLE) {
            pgs_answer_close(slot->connection);
            slot->state = PGS_SLOT_FREE;
        }
    }
    int is_last = count_slots(pool, PGS_SLOT_OUT) == 0;
    pthread_mutex_unlock(&pool->mutex);
    if (is_last)
        end_pool(pool);
}

void
pgs_pool_state(PgsPool *pool, PgsPoolState *state)
{
    *state = (PgsPoolState){0};
    if (pool == NULL)
        return;
    state->size = pool->settings.size;
    state->overflow = pool->settings.overflow;
    /* A thread of the parent's may have had the mutex at fork(). */
    if (pgs_pool_is_unusable(pool, NULL))
        return;
    pthread_mutex_lock(&pool->mutex);
    *state = pool->state;
    state->size = pool->settings.size;
    state->overflow = pool->settings.overflow;
    state->idle = count_slots(pool, PGS_SLOT_IDLE);
    state->in_use = count_slots(pool, PGS_SLOT_OUT);
    for (const Waiter *waiter = pool->first; waiter != NULL; waiter = waiter->next)
        state->waiting++;
    pthread_mutex_unlock(&pool->mutex);
}

/* With the mutex: an idle connection, the one that was used last, or room for one; or NULL. */
static PgsPoolSlot *
take_slot(PgsPool *pool)
{
    PgsPoolSlot *best = NULL;
    for (int i = 0; i < pool->n_slots; i++) {
        PgsPoolSlot *slot = &pool->slots[i];
        if (slot->state == PGS_SLOT_OUT)
            continue;
        int is_better =
            best == NULL || (slot->state == PGS_SLOT_IDLE &&
                             (best->state == PGS_SLOT_FREE || slot->idle_since > best->idle_since));
        if (is_better)
            best = slot;
    }
    if (best != NULL)
        best->state = PGS_SLOT_OUT;
    return best;
}

/* With the mutex: the first that waits gets it; 0: nobody waits. */
static int
hand_on(PgsPool *pool, PgsPoolSlot *slot)
{
    Waiter *waiter = pool->first;
    if (waiter == NULL)
        return 0;
    pool->first = waiter->next;
    if (pool->first == NULL)
        pool->last = &pool->first;
    waiter->slot = slot;
    pthread_cond_signal(&waiter->turn);
    return 1;
}

static void
leave_queue(PgsPool *pool, Waiter *waiter)
{
    for (Waiter **at = &pool->first; *at != NULL; at = &(*at)->next) {
        if (*at != waiter)
            continue;
        *at = waiter->next;
        if (pool->last == &waiter->next)
            pool->last = at;
        return;
    }
}

static void
start_turn(pthread_cond_t *turn)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(turn, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* With the mutex, which is let go of meanwhile.  NULL: not by the deadline. */
static PgsPoolSlot *
wait_in_queue(PgsPool *pool, long deadline)
{
    Waiter waiter = {.slot = NULL};
    struct timespec until = {.tv_sec = deadline / 1000, .tv_nsec = deadline % 1000 * 1000000L};
    int outcome = 0;
    start_turn(&waiter.turn);
    *pool->last = &waiter;
    pool->last = &waiter.next;
    while (waiter.slot == NULL && outcome != ETIMEDOUT)
        outcome = pthread_cond_timedwait(&waiter.turn, &pool->mutex, &until);
    if (waiter.slot == NULL)
        leave_queue(pool, &waiter);
    pthread_cond_destroy(&waiter.turn);
    return waiter.slot;
}

static void
set_exhausted(PgsPool *pool, long waited, int waiting, PgsProblem **problem)
{
    const PgsPoolSettings *settings = &pool->settings;
    pgs_problem_set(problem, PGS_PROBLEM_TIMEOUT, "", EXHAUSTED_HINT,
                    "the pool is exhausted: all %d connections (size %d, overflow %d) are in use, "
                    "none became free within %ld ms, and %d other callers wait",
                    pool->n_slots, settings->size, settings->overflow, waited, waiting);
}

static PgsPoolSlot *
get_slot(PgsPool *pool, long start, long deadline, PgsProblem **problem)
{
    int waiting = 0;
    pthread_mutex_lock(&pool->mutex);
    /* Whoever waits already comes first. */
    PgsPoolSlot *slot = pool->first == NULL ? take_slot(pool) : NULL;
    if (slot == NULL && pool->settings.timeout > 0)
        slot = wait_in_queue(pool, deadline);
    if (slot == NULL)
        pool->state.timeouts++;
    for (const Waiter *waiter = pool->first; waiter != NULL; waiter = waiter->next)
        waiting++;
    pthread_mutex_unlock(&pool->mutex);
    if (slot == NULL)
        set_exhausted(pool, pgs_clock() - start, waiting, problem);
    return slot;
}

/* Gives the slot of a connection that was closed, or could not be made, to whoever waits. */
static void
give_up_slot(PgsPool *pool, PgsPoolSlot *slot)
{
    pthread_mutex_lock(&pool->mutex);
    slot->connection = NULL;
    if (pool->is_closed || !hand_on(pool, slot))
        slot->state = PGS_SLOT_FREE;
    int is_last = pool->is_closed && count_slots(pool, PGS_SLOT_OUT) == 0;
    pthread_mutex_unlock(&pool->mutex);
    if (is_last)
        end_pool(pool);
}

static void
count(PgsPool *pool, long *counter)
{
    pthread_mutex_lock(&pool->mutex);
    (*counter)++;
    pthread_mutex_unlock(&pool->mutex);
}

/* Closes what is in the slot when it is too old, or dead. */
static void
drop_unfit(PgsPool *pool, PgsPoolSlot *slot, long deadline)
{
    PgsPoolSlotFitness fitness = pgs_pool_slot_check(slot, pool->settings.recycle, deadline);
    if (fitness == PGS_SLOT_FIT)
        return;
    pgs_answer_close(slot->connection);
    pthread_mutex_lock(&pool->mutex);
    slot->connection = NULL;
    pthread_mutex_unlock(&pool->mutex);
    count(pool, fitness == PGS_SLOT_OLD ? &pool->state.recycled : &pool->state.stale);
}

/* Connects where there is no connection; its own variable, since others compare the slot's. */
static PGconn *
fill_slot(PgsPool *pool, PgsPoolSlot *slot, long deadline, PgsProblem **problem)
{
    if (slot->connection != NULL)
        return slot->connection;
    PGconn *connection = pgs_pool_connect(&pool->settings, deadline, problem);
    if (connection == NULL)
        return NULL;
    pthread_mutex_lock(&pool->mutex);
    slot->connection = connection;
    slot->connected_at = pgs_clock();
    pool->state.connects++;
    pthread_mutex_unlock(&pool->mutex);
    return connection;
}

static void
lend(PgsPool *pool, PgsPoolSlot *slot)
{
    pthread_mutex_lock(&pool->mutex);
    slot->is_lent = 1;
    pool->state.checkouts++;
    pthread_mutex_unlock(&pool->mutex);
}

/* Why there is no connection in a slot that came at turn: that it came no sooner is the cause when
 * the time to connect was the shorter part of the wait. */
static void
tell_failure(PgsPool *pool, long start, long turn, long deadline, PgsProblem *found,
             PgsProblem **problem)
{
    const PgsPoolSettings *settings = &pool->settings;
    if (pgs_clock() < deadline || turn - start <= deadline - turn) {
        pgs_problem_hand_over(problem, found);
        return;
    }
    pgs_problem_free(found);
    count(pool, &pool->state.timeouts);
    pgs_problem_set(problem, PGS_PROBLEM_TIMEOUT, "", EXHAUSTED_HINT,
                    "the pool is exhausted: of all %d connections (size %d, overflow %d) none "
                    "became free before %ld ms had gone by, and in the %ld ms that were left no "
                    "new one was made in its place",
                    pool->n_slots, settings->size, settings->overflow, turn - start,
                    deadline - turn);
}

PGconn *
pgs_pool_acquire_by(PgsPool *pool, long deadline, PgsProblem **problem)
{
    long start = pgs_clock();
    PgsProblem *found = NULL;
    if (pgs_pool_is_unusable(pool, problem))
        return NULL;
    PgsPoolSlot *slot = get_slot(pool, start, deadline, problem);
    if (slot == NULL)
        return NULL;
    long turn = pgs_clock();
    if (slot->connection != NULL)
        drop_unfit(pool, slot, deadline);
    PGconn *connection = fill_slot(pool, slot, deadline, &found);
    if (connection != NULL) {
        lend(pool, slot);
        return connection;
    }
    tell_failure(pool, start, turn, deadline, found, problem);
    give_up_slot(pool, slot);
    return NULL;
}

PGconn *
pgs_pool_acquire(PgsPool *pool, PgsProblem **problem)
{
    if (pgs_pool_is_unusable(pool, problem))
        return NULL;
    return pgs_pool_acquire_by(pool, pgs_clock_after(pgs_clock(), pgs_pool_patience(pool)),
                               problem);
}

/* With the mutex: the slot whose connection somebody has, from now on only ours. */
static PgsPoolSlot *
find_lent(PgsPool *pool, const PGconn *connection)
{
    for (int i = 0; i < pool->n_slots; i++) {
        PgsPoolSlot *slot = &pool->slots[i];
        if (slot->state == PGS_SLOT_OUT && slot->is_lent && slot->connection == connection) {
            slot->is_lent = 0;
            return slot;
        }
    }
    pool->state.refused++;
    return NULL;
}

/* Keeps a clean connection for the next caller; 0: it is one too many. */
static int
keep(PgsPool *pool, PgsPoolSlot *slot)
{
    pthread_mutex_lock(&pool->mutex);
    int kept = !pool->is_closed;
    slot->idle_since = pgs_clock();
    if (kept && !hand_on(pool, slot)) {
        int n = count_slots(pool, PGS_SLOT_IDLE) + count_slots(pool, PGS_SLOT_OUT);
        kept = n <= pool->settings.size;
        if (kept)
            slot->state = PGS_SLOT_IDLE;
    }
    pthread_mutex_unlock(&pool->mutex);
    return kept;
}

void
pgs_pool_release(PgsPool *pool, PGconn *connection)
{
    if (connection == NULL || pgs_pool_is_unusable(pool, NULL))
        return;
    pthread_mutex_lock(&pool->mutex);
    PgsPoolSlot *slot = find_lent(pool, connection);
    int is_closed = pool->is_closed;
    pthread_mutex_unlock(&pool->mutex);
    if (slot == NULL)
        return;
    if (!is_closed && pgs_pool_slot_clean(connection) && keep(pool, slot))
        return;
    pgs_answer_close(connection);
    give_up_slot(pool, slot);
}
