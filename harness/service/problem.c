#include "service/problem.h"

#include "pg/refusal.h"
#include "service/pool_memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct PgsProblem {
    PgsProblemClass problem_class;
    char sqlstate[6];
    char *message, *detail, *hint, *table, *column, *constraint; /* detail … constraint: or NULL */
};

static const char *
text_or_none(const char *text)
{
    return text != NULL ? text : "";
}

PgsProblemClass
pgs_problem_class(const PgsProblem *problem)
{
    return problem != NULL ? problem->problem_class : (PgsProblemClass)0;
}

const char *
pgs_problem_message(const PgsProblem *problem)
{
    return text_or_none(problem != NULL ? problem->message : NULL);
}

const char *
pgs_problem_sqlstate(const PgsProblem *problem)
{
    return text_or_none(problem != NULL ? problem->sqlstate : NULL);
}

const char *
pgs_problem_detail(const PgsProblem *problem)
{
    return text_or_none(problem != NULL ? problem->detail : NULL);
}

const char *
pgs_problem_hint(const PgsProblem *problem)
{
    return text_or_none(problem != NULL ? problem->hint : NULL);
}

const char *
pgs_problem_table(const PgsProblem *problem)
{
    return text_or_none(problem != NULL ? problem->table : NULL);
}

const char *
pgs_problem_column(const PgsProblem *problem)
{
    return text_or_none(problem != NULL ? problem->column : NULL);
}

const char *
pgs_problem_constraint(const PgsProblem *problem)
{
    return text_or_none(problem != NULL ? problem->constraint : NULL);
}

void
pgs_problem_free(PgsProblem *problem)
{
    if (problem == NULL)
        return;
    free(problem->message);
    free(problem->detail);
    free(problem->hint);
    free(problem->table);
    free(problem->column);
    free(problem->constraint);
    free(problem);
}

int
pgs_problem_is_unknown(const PgsProblem *problem)
{
    return strcmp(problem->sqlstate, "08007") == 0 || strcmp(problem->sqlstate, "40003") == 0;
}

PgsProblem *
pgs_problem_copy(const PgsProblem *problem)
{
    PgsProblem *copy = pgs_memory_new(1, sizeof *copy);
    *copy = *problem;
    copy->message = pgs_memory_copy(problem->message);
    copy->detail = pgs_memory_copy(problem->detail);
    copy->hint = pgs_memory_copy(problem->hint);
    copy->table = pgs_memory_copy(problem->table);
    copy->column = pgs_memory_copy(problem->column);
    copy->constraint = pgs_memory_copy(problem->constraint);
    return copy;
}

/* Lines become one, and what ends it goes. */
static char *
one_line(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; at++) {
        int is_break = *at == '\n' || *at == '\r' || *at == '\t';
        if (!is_break)
            *to++ = *at;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    while (to > text && isspace((unsigned char)to[-1]))
        to--;
    *to = '\0';
    return text;
}

/* Takes message. */
static PgsProblem *
problem_new(PgsProblemClass problem_class, const char *sqlstate, char *message)
{
    PgsProblem *made = pgs_memory_new(1, sizeof *made);
    made->problem_class = problem_class;
    strncpy(made->sqlstate, text_or_none(sqlstate), sizeof made->sqlstate - 1);
    made->message = one_line(message);
    return made;
}

/* The first of several is the cause of the others. */
static int
is_wanted(PgsProblem *const *problem)
{
    return problem != NULL && *problem == NULL;
}

void
pgs_problem_hand_over(PgsProblem **problem, PgsProblem *found)
{
    if (is_wanted(problem))
        *problem = found;
    else
        pgs_problem_free(found);
}

void
pgs_problem_set(PgsProblem **problem, PgsProblemClass problem_class, const char *sqlstate,
                const char *hint, const char *format, ...)
{
    va_list arguments;
    if (!is_wanted(problem))
        return;
    va_start(arguments, format);
    *problem = problem_new(problem_class, sqlstate, pgs_memory_vformat(format, arguments));
    va_end(arguments);
    (*problem)->hint = pgs_memory_copy(hint);
}

void
pgs_problem_set_result(PgsProblem **problem, const PGresult *result, const PGconn *connection)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (!is_wanted(problem))
        return;
    /* libpq's own words: the server never got to say anything. */
    if (sqlstate == NULL) {
        const char *said = PQresultErrorMessage(result);
        int is_lost = PQstatus(connection) == CONNECTION_BAD;
        *problem = problem_new(
            is_lost ? PGS_PROBLEM_UNAVAILABLE : PGS_PROBLEM_INTERNAL, "",
            pgs_memory_copy(said != NULL && *said != '\0' ? said : "the connection was lost"));
        return;
    }
    *problem = problem_new(pgs_problem_classify(sqlstate, message), sqlstate,
                           pgs_memory_copy(message != NULL ? message : "an error without words"));
    (*problem)->detail = pgs_memory_copy(PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
    (*problem)->hint = pgs_memory_copy(PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
    (*problem)->table = pgs_memory_copy(PQresultErrorField(result, PG_DIAG_TABLE_NAME));
    (*problem)->column = pgs_memory_copy(PQresultErrorField(result, PG_DIAG_COLUMN_NAME));
    (*problem)->constraint = pgs_memory_copy(PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME));
}

void
pgs_problem_set_connection(PgsProblem **problem, const PGconn *connection)
{
    char sqlstate[6] = "";
    if (!is_wanted(problem))
        return;
    char *message = pgs_memory_copy(PQerrorMessage(connection));
    pgs_refusal_to_plain(message, sqlstate);
    PgsProblemClass problem_class = PGS_PROBLEM_UNAVAILABLE;
    if (sqlstate[0] != '\0')
        problem_class = pgs_problem_classify(sqlstate, message);
    else if (PQconnectionNeedsPassword(connection))
        problem_class = PGS_PROBLEM_DENIED;
    *problem = problem_new(problem_class, sqlstate, message);
}
