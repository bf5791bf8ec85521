#ifndef PGS_TESTS_GENERATOR_FIXTURE_H
#define PGS_TESTS_GENERATOR_FIXTURE_H

#include "bench_fixture.h"
#include "bench_lookup.h"
#include "values/generator.h"

static inline void
make_bench(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    run_sql(fixture, "SET client_min_messages = warning");
    run_sql(fixture, sql);
    open_bench(fixture, 20);
    if (!pgs_generator_prepare(fixture->bench, &error))
        fail_msg("%s", error->message);
}

#endif
