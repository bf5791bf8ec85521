#ifndef PGS_TESTS_SERVER_FIXTURE_H
#define PGS_TESTS_SERVER_FIXTURE_H

#include "server/server.h"

#include <stdio.h>

/*
 * A group fixture: one throwaway server for all tests of a program.  *state is the PgsServer.
 * (cmocka's assertions longjmp, so that nothing which has to be cleaned up may belong to a test.)
 */
static inline int
pgs_fixture_start_server(void **state)
{
    g_autoptr(GError) error = NULL;
    PgsServerOptions options = {0};
    *state = pgs_server_start(&options, NULL, &error);
    if (*state == NULL)
        fprintf(stderr, "%s\n", error->message);
    return *state != NULL ? 0 : -1;
}

static inline int
pgs_fixture_stop_server(void **state)
{
    pgs_server_stop(*state);
    return 0;
}

#endif
