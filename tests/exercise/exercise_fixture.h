#ifndef PGS_TESTS_EXERCISE_FIXTURE_H
#define PGS_TESTS_EXERCISE_FIXTURE_H

#include "bench_fixture.h"
#include "exercise/result.h"

/* set_up(), and an array for results. */
static inline int
set_up_results(void **state)
{
    if (set_up(state) != 0)
        return -1;
    Fixture *fixture = *state;
    fixture->results = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_rule_result_free);
    return 0;
}

#endif
