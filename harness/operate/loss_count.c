#include "operate/loss_candidate.h"

#include "base/embedded.h"
#include "driver/login.h"

#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

enum {
    COUNT_LIMIT_MS = 20 * 1000,
};
/* For all of them together. */
#define BUDGET_US (2 * 60 * G_USEC_PER_SEC)

typedef enum {
    COUNT_DONE,
    COUNT_ABOUT, /* an estimate */
    COUNT_UNKNOWN,
    COUNT_ABSENT, /* the database has no such thing */
    COUNT_LOST,   /* it cannot be asked any more */
} Count;

/* "1,234" */
static char *
group_digits(gint64 number)
{
    g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, number);
    gsize length = strlen(digits);
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

static Count
estimate(PgsConnection *reader, const PgsLossCandidate *candidate, gint64 *rows)
{
    const char *relation = candidate->relation;
    g_autoptr(PGresult) row = pgs_connection_query(
        reader, PGS_SHAPE_VALUE, pgs_embedded_find(pgs_operate_files, "loss_estimate.sql"), 1,
        &relation, NULL, NULL);
    if (row == NULL || PQgetisnull(row, 0, 0))
        return pgs_connection_is_alive(reader) ? COUNT_UNKNOWN : COUNT_LOST;
    *rows = g_ascii_strtoll(PQgetvalue(row, 0, 0), NULL, 10);
    return COUNT_ABOUT;
}

/* Undefined table, schema, column: not what the migrations have made. */
static gboolean
is_absent(const PgsFailure *failure)
{
    static const char *const codes[] = {"42P01", "3F000", "42703", NULL};
    return failure != NULL && g_strv_contains(codes, failure->sqlstate);
}

static Count
count(PgsConnection *reader, const PgsLossCandidate *candidate, gboolean in_time, gint64 *rows,
      char **why, GError **error)
{
    g_autoptr(PgsFailure) failure = NULL;
    g_autoptr(GError) cause = NULL;
    if (!in_time) {
        *why = g_strdup("counting takes too long");
        return estimate(reader, candidate, rows);
    }
    g_autoptr(PGresult) row =
        pgs_connection_query(reader, PGS_SHAPE_VALUE, candidate->count, 0, NULL, &failure, &cause);
    if (row != NULL) {
        *rows = g_ascii_strtoll(PQgetvalue(row, 0, 0), NULL, 10);
        return COUNT_DONE;
    }
    if (!pgs_connection_is_alive(reader)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return COUNT_LOST;
    }
    if (is_absent(failure))
        return COUNT_ABSENT;
    gboolean is_slow = g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT) ||
                       (failure != NULL && strcmp(failure->sqlstate, "55P03") == 0);
    if (is_slow) {
        *why = g_strdup("counting takes too long");
        return estimate(reader, candidate, rows);
    }
    *why = g_strdup(failure != NULL && failure->message != NULL ? failure->message
                                                                : "the server refused it");
    return COUNT_UNKNOWN;
}

static char *
say(const PgsLossCandidate *candidate, Count counted, gint64 rows, const char *why)
{
    if (candidate->count == NULL)
        return g_strdup_printf("%s %s", candidate->identity, candidate->verb);
    if (counted == COUNT_UNKNOWN)
        return g_strdup_printf("%s %s: %ss not counted: %s", candidate->identity, candidate->verb,
                               candidate->noun != NULL ? candidate->noun : "number", why);
    g_autofree char *number = group_digits(rows);
    if (candidate->noun == NULL)
        return g_strdup_printf("%s %s %s", candidate->identity, candidate->verb, number);
    return g_strdup_printf("%s %s: %s%s %s%s", candidate->identity, candidate->verb,
                           counted == COUNT_ABOUT ? "about " : "", number, candidate->noun,
                           rows == 1 ? "" : "s");
}

static PgsLoss *
make_loss(const PgsLossCandidate *candidate, Count counted, gint64 rows, char *why)
{
    PgsLoss *loss = g_new0(PgsLoss, 1);
    loss->kind = candidate->kind;
    loss->revision = candidate->revision;
    loss->identity = g_strdup(candidate->identity);
    loss->rows = counted == COUNT_UNKNOWN ? -1 : rows;
    loss->what = say(candidate, counted, rows, why);
    loss->why = why;
    return loss;
}

/* Whether it is to be told. */
static gboolean
is_loss(Count counted, gint64 rows)
{
    return counted == COUNT_UNKNOWN || (counted != COUNT_ABSENT && rows > 0) ||
           counted == COUNT_ABOUT; /* an estimate of nothing is no proof */
}

GPtrArray *
pgs_loss_count(const PgsDatabase *target, const GPtrArray *candidates, GError **error)
{
    g_autoptr(GPtrArray) losses = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_loss_free);
    gint64 deadline = g_get_monotonic_time() + BUDGET_US;
    g_autoptr(PgsConnection) reader = NULL;
    if (candidates->len > 0) {
        /* Rows that row security hides would be lost all the same. */
        g_autofree char *limit = g_strdup_printf("SET statement_timeout = %d", (int)COUNT_LIMIT_MS);
        reader = pgs_database_reader(target, error);
        if (reader == NULL || !pgs_connection_run(reader, PGS_LOGIN_SEE_ALL, error) ||
            !pgs_connection_run(reader, limit, error))
            return NULL;
    }
    for (guint i = 0; i < candidates->len; i++) {
        const PgsLossCandidate *candidate = candidates->pdata[i];
        gint64 rows = -1;
        char *why = NULL;
        Count counted = COUNT_UNKNOWN;
        if (candidate->count != NULL)
            counted =
                count(reader, candidate, g_get_monotonic_time() < deadline, &rows, &why, error);
        else
            why = g_strdup(candidate->why);
        if (counted == COUNT_LOST) {
            g_free(why);
            return NULL;
        }
        if (is_loss(counted, rows))
            g_ptr_array_add(losses, make_loss(candidate, counted, rows, why));
        else
            g_free(why);
    }
    return g_steal_pointer(&losses);
}
