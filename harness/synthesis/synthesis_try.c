#include "synthesis/synthesis_try.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void
pgs_try_free(PgsTry *try)
{
    if (try == NULL)
        return;
    pgs_failure_free(try->failure);
    g_free(try->words);
    g_free(try);
}

/* The failure belongs to its batch. */
static PgsFailure *
failure_copy(const PgsFailure *failure)
{
    PgsFailure *copy = g_memdup2(failure, sizeof *failure);
    copy->severity = g_strdup(failure->severity);
    copy->message = g_strdup(failure->message);
    copy->detail = g_strdup(failure->detail);
    copy->hint = g_strdup(failure->hint);
    copy->context = g_strdup(failure->context);
    copy->schema = g_strdup(failure->schema);
    copy->table = g_strdup(failure->table);
    copy->column = g_strdup(failure->column);
    copy->constraint = g_strdup(failure->constraint);
    copy->function = g_strdup(failure->function);
    return copy;
}

PgsTry *
pgs_try_new(const PgsFailure *failure, guint64 n_rows)
{
    PgsTry *try = g_new0(PgsTry, 1);
    if (failure != NULL) {
        g_autofree char *message = pgs_text_fold_space(failure->message);
        try->failure = failure_copy(failure);
        try->words = g_strdup_printf("%s (%s%s%s)", message, failure->sqlstate,
                                     failure->constraint != NULL ? ", " : "",
                                     failure->constraint != NULL ? failure->constraint : "");
        return try;
    }
    try->swallowed = n_rows == 0;
    try->accepted = n_rows > 0;
    try->words =
        g_strdup(try->accepted ? "accepted" : "no refusal, but no row was inserted either");
    return try;
}

gboolean
pgs_failure_is_about(const PgsFailure *failure, const PgsRelation *relation)
{
    if (g_strcmp0(failure->table, relation->name) == 0 &&
        g_strcmp0(failure->schema, relation->schema) == 0)
        return TRUE;
    for (guint i = 0; i < relation->children->len; i++) {
        if (pgs_failure_is_about(failure, g_ptr_array_index(relation->children, i)))
            return TRUE;
    }
    return FALSE;
}

/* The row's own table, or that of one that comes with it. */
static gboolean
is_own(const PgsFailure *failure, const PgsDraft *draft)
{
    if (pgs_failure_is_about(failure, draft->relation))
        return TRUE;
    for (guint i = 0; draft->companions != NULL && i < draft->companions->len; i++) {
        if (is_own(failure, g_ptr_array_index(draft->companions, i)))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_try_is_of_trigger(const PgsTry *try, const PgsDraft *draft)
{
    if (try->failure == NULL)
        return try->swallowed;
    if (try->failure->table != NULL && !is_own(try->failure, draft))
        return TRUE;
    const char *context = try->failure->context;
    return (context != NULL && strstr(context, "function") != NULL) ||
           (!g_str_has_prefix(try->failure->sqlstate, "22") &&
            !g_str_has_prefix(try->failure->sqlstate, "23"));
}

void
pgs_build_note_refusal(PgsBuild *build, const PgsDraft *draft, const PgsTry *try)
{
    build->is_of_trigger = build->is_of_trigger || pgs_try_is_of_trigger(try, draft);
    build->is_key_taken = build->is_key_taken ||
                          (try->failure != NULL && g_str_equal(try->failure->sqlstate, "23505"));
}

GPtrArray *
pgs_build_try(PgsBuild *build, const GPtrArray *drafts, GError **error)
{
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < drafts->len; i++) {
        g_autofree char *insert = pgs_draft_insert(g_ptr_array_index(drafts, i), NULL);
        pgs_batch_begin(batch);
        pgs_batch_add(batch, insert);
        pgs_batch_add(batch, "SET CONSTRAINTS ALL IMMEDIATE");
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(build->bench), error))
        return NULL;
    GPtrArray *tries = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_try_free);
    for (guint i = 0; i < drafts->len; i++) {
        const PgsBatchResult *result = pgs_batch_result(batch, i);
        /* libpq wants a PGresult that is not const, and only reads it. */
        guint64 n_rows =
            result->failure == NULL
                ? strtoull(PQcmdTuples(g_ptr_array_index(result->results, 0)), NULL, 10)
                : 0;
        g_ptr_array_add(tries, pgs_try_new(result->failure, n_rows));
    }
    return tries;
}
