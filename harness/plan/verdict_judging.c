#include "plan/verdict_judging.h"

gboolean
pgs_judging_goes_on(const PgsJudging *judging, PgsFailure **failure, GError **error)
{
    if (*error == NULL)
        return TRUE;
    if (!pgs_connection_is_alive(judging->connection) ||
        g_error_matches(*error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED) ||
        g_error_matches(*error, PGS_PG_ERROR, PGS_PG_ERROR_LOST))
        return FALSE;
    if (*failure == NULL)
        *failure = pgs_failure_new_printf("", NULL, "%s", (*error)->message);
    g_clear_error(error);
    return TRUE;
}

gboolean
pgs_judging_explain(const PgsJudging *judging, PgsExplainFlags flags, PgsPlan **plan,
                    PgsFailure **failure, GError **error)
{
    GError *own_error = NULL;
    PgsQuery query = pgs_question_query(judging->question);
    *failure = NULL;
    *plan = pgs_explain(judging->connection, &query, flags, failure, &own_error);
    if (pgs_judging_goes_on(judging, failure, &own_error))
        return TRUE;
    g_propagate_error(error, own_error);
    return FALSE;
}

/* What a cascade looks up is prepared once, for all values (ri_triggers.c). */
PgsExplainFlags
pgs_judging_flags(const PgsQuestion *question)
{
    return question->kind == PGS_QUESTION_REFERENCE ? PGS_EXPLAIN_GENERIC : 0;
}

PgsReading *
pgs_judging_read(const PgsJudging *judging, const PgsPlan *plan, const PgsPlan *control)
{
    return pgs_reading_new(judging->scope, plan, control,
                           pgs_connection_version(judging->connection));
}

/* All said, since a database's or a role's settings may say otherwise. */
#define BEGIN_SQL "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "

gboolean
pgs_judging_begin_all(const PgsJudging *judging, const char *session, GError **error)
{
    g_autofree char *begin = g_strconcat(BEGIN_SQL, session, NULL);
    return pgs_connection_run(judging->connection, begin, error);
}

void
pgs_judging_undo_all(const PgsJudging *judging)
{
    if (pgs_connection_is_alive(judging->connection))
        pgs_connection_run(judging->connection, "ROLLBACK", NULL);
}

gboolean
pgs_judging_begin(const PgsJudging *judging, GError **error)
{
    return pgs_connection_run(judging->connection, "SAVEPOINT pgstair_verdict", error);
}

gboolean
pgs_judging_undo(const PgsJudging *judging, GError **error)
{
    return pgs_connection_run(judging->connection,
                              "ROLLBACK TO SAVEPOINT pgstair_verdict; "
                              "RELEASE SAVEPOINT pgstair_verdict",
                              error);
}

void
pgs_judging_note(const PgsJudging *judging, char *text)
{
    GPtrArray *notes = judging->judgement->notes;
    if (g_ptr_array_find_with_equal_func(notes, text, g_str_equal, NULL))
        g_free(text);
    else
        g_ptr_array_add(notes, text);
}
