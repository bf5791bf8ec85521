#include "pgstair/pool.h"

#include "service/pool_backoff.h"
#include "service/pool_clock.h"
#include "service/problem.h"
#include "service/session_failure.h"

/* Of the waits between attempts, milliseconds. */
#define FIRST_WAIT 20
#define MOST_WAIT 2000

/* One transaction from its beginning to its end. */
static int
run_once(PgsPool *pool, PgsSessionWork work, void *data, PgsProblem **problem)
{
    PgsSession *session = pgs_session_begin(pool, problem);
    if (session == NULL)
        return 0;
    int wanted = work(session, data, problem);
    PgsProblem *failure = pgs_session_failure_copy(session);
    /* What a statement failed with is the cause, whether or not the work has told it; without that,
     * work that goes on has dealt with its problem itself. */
    if (failure != NULL || wanted) {
        pgs_problem_free(*problem);
        *problem = failure;
    }
    if (wanted && failure == NULL)
        return pgs_session_commit(session, problem);
    pgs_session_rollback(session);
    if (*problem == NULL)
        pgs_problem_set(problem, PGS_PROBLEM_CANCELLED, "", NULL,
                        "the work was given up, and all of it rolled back");
    return 0;
}

/* Only what has certainly left nothing behind. */
static int
may_run_again(const PgsProblem *problem)
{
    PgsProblemClass problem_class = pgs_problem_class(problem);
    return problem_class == PGS_PROBLEM_RETRY ||
           (problem_class == PGS_PROBLEM_UNAVAILABLE && !pgs_problem_is_unknown(problem));
}

int
pgs_session_run(PgsPool *pool, PgsSessionWork work, void *data, int attempts, PgsProblem **problem)
{
    uint64_t seed = pgs_backoff_seed();
    for (int attempt = 1;; attempt++) {
        PgsProblem *found = NULL;
        if (run_once(pool, work, data, &found))
            return 1;
        if (attempt >= attempts || !may_run_again(found)) {
            pgs_problem_hand_over(problem, found);
            return 0;
        }
        pgs_problem_free(found);
        pgs_clock_pause(pgs_backoff((unsigned)attempt, FIRST_WAIT, MOST_WAIT, &seed));
    }
}
