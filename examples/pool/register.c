/* Registers a user: both rows or none, and what went wrong as a service would tell it.
 *
 *     DATABASE_URL=postgresql://localhost/app ./register a@example.org
 */
#include <pgstair/pool.h>

#include <stdio.h>
#include <stdlib.h>

/* One transaction's work.  It may run again when the server asks for that (40001, 40P01). */
static int
add_user(PgsSession *session, void *data, PgsProblem **problem)
{
    const char *const email[] = {(const char *)data};
    PGresult *user = pgs_session_row(session, "INSERT INTO users (email) VALUES ($1) RETURNING id",
                                     1, email, problem);
    if (user == NULL)
        return 0;
    const char *const id[] = {PQgetvalue(user, 0, 0)};
    long added =
        pgs_session_change(session, "INSERT INTO mailboxes (user_id) VALUES ($1)", 1, id, problem);
    PQclear(user);
    return added == 1;
}

/* What an HTTP service would answer. */
static int
status_of(PgsProblemClass problem_class)
{
    switch (problem_class) {
    case PGS_PROBLEM_CONFLICT:
        return 409;
    case PGS_PROBLEM_NOT_FOUND:
        return 404;
    case PGS_PROBLEM_INVALID:
        return 422;
    case PGS_PROBLEM_TIMEOUT:
    case PGS_PROBLEM_UNAVAILABLE:
    case PGS_PROBLEM_RETRY:
        return 503;
    default:
        return 500;
    }
}

static int
tell(PgsProblem *problem)
{
    printf("%d %s", status_of(pgs_problem_class(problem)),
           pgs_problem_class_name(pgs_problem_class(problem)));
    if (*pgs_problem_constraint(problem) != '\0')
        printf(" (%s)", pgs_problem_constraint(problem));
    printf(": %s\n", pgs_problem_message(problem));
    pgs_problem_free(problem);
    return 1;
}

int
main(int argc, char **argv)
{
    PgsProblem *problem = NULL;
    if (argc != 2)
        return 2;
    /* NULL: $DATABASE_URL, 10 connections and 10 more, 30 s. */
    PgsPool *pool = pgs_pool_new(NULL, &problem);
    if (pool == NULL)
        return tell(problem);
    int added = pgs_session_run(pool, add_user, argv[1], 3, &problem);
    pgs_pool_free(pool);
    if (!added)
        return tell(problem);
    printf("201 created\n");
    return 0;
}
