#include "service/problem.h"

#include <string.h>

typedef struct {
    const char *code; /* of two characters: a class; of five: one SQLSTATE */
    PgsProblemClass problem_class;
} Row;

/*
 * PostgreSQL 18's documentation, appendix A: each of its classes, and before its class each
 * condition that a caller would treat in another way.
 */
static const Row rows[] = {
    {"02", PGS_PROBLEM_NOT_FOUND},      /* no data */
    {"03", PGS_PROBLEM_USAGE},          /* SQL statement not yet complete */
    {"08P01", PGS_PROBLEM_INTERNAL},    /* protocol violation */
    {"08", PGS_PROBLEM_UNAVAILABLE},    /* connection exception */
    {"09", PGS_PROBLEM_INTERNAL},       /* triggered action exception */
    {"0A", PGS_PROBLEM_USAGE},          /* feature not supported */
    {"0B", PGS_PROBLEM_USAGE},          /* invalid transaction initiation */
    {"0F", PGS_PROBLEM_USAGE},          /* locator exception */
    {"0L", PGS_PROBLEM_DENIED},         /* invalid grantor */
    {"0P", PGS_PROBLEM_USAGE},          /* invalid role specification */
    {"0Z", PGS_PROBLEM_USAGE},          /* diagnostics exception */
    {"10", PGS_PROBLEM_INVALID},        /* XQuery error */
    {"20", PGS_PROBLEM_INVALID},        /* case not found */
    {"21", PGS_PROBLEM_USAGE},          /* cardinality violation */
    {"22", PGS_PROBLEM_INVALID},        /* data exception */
    {"23", PGS_PROBLEM_CONFLICT},       /* integrity constraint violation */
    {"24", PGS_PROBLEM_USAGE},          /* invalid cursor state */
    {"25P03", PGS_PROBLEM_TIMEOUT},     /* idle in transaction session timeout */
    {"25P04", PGS_PROBLEM_TIMEOUT},     /* transaction timeout */
    {"25006", PGS_PROBLEM_UNAVAILABLE}, /* read only: a standby, until it is promoted */
    {"25", PGS_PROBLEM_USAGE},          /* invalid transaction state */
    {"26", PGS_PROBLEM_USAGE},          /* invalid SQL statement name */
    {"27", PGS_PROBLEM_CONFLICT},       /* triggered data change violation */
    {"28", PGS_PROBLEM_DENIED},         /* invalid authorization specification */
    {"2B", PGS_PROBLEM_USAGE},          /* dependent privilege descriptors still exist */
    {"2D", PGS_PROBLEM_USAGE},          /* invalid transaction termination */
    {"2F", PGS_PROBLEM_INTERNAL},       /* SQL routine exception */
    {"34", PGS_PROBLEM_USAGE},          /* invalid cursor name */
    {"38", PGS_PROBLEM_INTERNAL},       /* external routine exception */
    {"39", PGS_PROBLEM_INTERNAL},       /* external routine invocation exception */
    {"3B", PGS_PROBLEM_USAGE},          /* savepoint exception */
    {"3D", PGS_PROBLEM_USAGE},          /* invalid catalog name: no such database */
    {"3F", PGS_PROBLEM_USAGE},          /* invalid schema name */
    {"40002", PGS_PROBLEM_CONFLICT},    /* transaction integrity constraint violation */
    {"40003", PGS_PROBLEM_UNAVAILABLE}, /* statement completion unknown: not to be run again */
    {"40", PGS_PROBLEM_RETRY},          /* transaction rollback: 40001, 40P01 */
    {"42501", PGS_PROBLEM_DENIED},      /* insufficient privilege */
    {"42", PGS_PROBLEM_USAGE},          /* syntax error or access rule violation */
    {"44", PGS_PROBLEM_CONFLICT},       /* WITH CHECK OPTION violation */
    {"53", PGS_PROBLEM_UNAVAILABLE},    /* insufficient resources */
    {"54", PGS_PROBLEM_USAGE},          /* program limit exceeded */
    {"55P03", PGS_PROBLEM_TIMEOUT},     /* lock not available */
    {"55006", PGS_PROBLEM_UNAVAILABLE}, /* object in use */
    {"55", PGS_PROBLEM_USAGE},          /* object not in prerequisite state */
    {"57014", PGS_PROBLEM_TIMEOUT},     /* query canceled; by a person: see below */
    {"57", PGS_PROBLEM_UNAVAILABLE},    /* operator intervention */
    {"58P01", PGS_PROBLEM_INTERNAL},    /* undefined file */
    {"58P02", PGS_PROBLEM_INTERNAL},    /* duplicate file */
    {"58P03", PGS_PROBLEM_INTERNAL},    /* file name too long */
    {"58", PGS_PROBLEM_UNAVAILABLE},    /* system error */
    {"72", PGS_PROBLEM_RETRY},          /* snapshot too old, up to PostgreSQL 16 */
    {"F0", PGS_PROBLEM_INTERNAL},       /* configuration file error */
    {"HV00N", PGS_PROBLEM_UNAVAILABLE}, /* unable to establish connection, of a foreign server */
    {"HV", PGS_PROBLEM_INTERNAL},       /* foreign data wrapper error */
    {"P0002", PGS_PROBLEM_NOT_FOUND},   /* no data found: SELECT INTO STRICT */
    {"P0003", PGS_PROBLEM_USAGE},       /* too many rows */
    {"P0001", PGS_PROBLEM_INVALID},     /* RAISE EXCEPTION: a rule of the database's own */
    {"P0", PGS_PROBLEM_INTERNAL},       /* PL/pgSQL error */
    {"XX", PGS_PROBLEM_INTERNAL},       /* internal error */
};

PgsProblemClass
pgs_problem_classify(const char *sqlstate, const char *message)
{
    if (sqlstate == NULL)
        return PGS_PROBLEM_INTERNAL;
    /* "canceling statement due to user request": the server says who only here.  In another
     * language it counts as the limit's, which is by far the more frequent. */
    if (strcmp(sqlstate, "57014") == 0 && message != NULL && strstr(message, "user request"))
        return PGS_PROBLEM_CANCELLED;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strncmp(sqlstate, rows[i].code, strlen(rows[i].code)) == 0)
            return rows[i].problem_class;
    }
    return PGS_PROBLEM_INTERNAL;
}

const char *
pgs_problem_class_name(PgsProblemClass problem_class)
{
    static const char *const names[] = {
        [PGS_PROBLEM_CONFLICT] = "conflict", [PGS_PROBLEM_NOT_FOUND] = "not found",
        [PGS_PROBLEM_INVALID] = "invalid",   [PGS_PROBLEM_TIMEOUT] = "timeout",
        [PGS_PROBLEM_RETRY] = "retry",       [PGS_PROBLEM_UNAVAILABLE] = "unavailable",
        [PGS_PROBLEM_DENIED] = "denied",     [PGS_PROBLEM_CANCELLED] = "cancelled",
        [PGS_PROBLEM_USAGE] = "usage",       [PGS_PROBLEM_INTERNAL] = "internal",
    };
    size_t index = (size_t)problem_class;
    return index > 0 && index < sizeof names / sizeof names[0] ? names[index] : "internal";
}
