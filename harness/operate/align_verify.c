#include "base/embedded.h"
#include "base/error.h"
#include "operate/align_rows.h"
#include "operate/align_state.h"

/* What an alignment came to. */

extern const PgsEmbedded pgs_operate_files[];

static gboolean
verify_schema(const PgsAlign *align, PgsSnapshot *after, GError **error)
{
    g_autoptr(PgsDiff) diff = pgs_align_ground_compare(align->ground, pgs_align_head(align), after);
    guint n = pgs_align_ground_count(align->ground, diff);
    if (n == 0) {
        pgs_align_tell(align, PGS_ALIGN_VERIFY, TRUE, -1, "its schema is that of head, %s",
                       pgs_align_label(align, pgs_align_head(align)));
        return TRUE;
    }
    g_autofree char *text = pgs_diff_to_text(diff, FALSE);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED, NULL,
                  "all revisions have run, and the schema is not that of head:\n%s", text);
    return FALSE;
}

/* What the migrations leave NOT VALID (or NOT ENFORCED) is head's schema too, and no row of it was
 * ever looked at. */
static gboolean
verify_constraints(const PgsAlign *align, GError **error)
{
    enum { N_VALID, OTHERS };
    g_autoptr(PgsConnection) connection = pgs_database_reader(align->target, error);
    g_autoptr(PGresult) result =
        connection != NULL
            ? pgs_connection_query(connection, PGS_SHAPE_ROW,
                                   pgs_embedded_find(pgs_operate_files, "align_constraints.sql"), 0,
                                   NULL, NULL, error)
            : NULL;
    if (result == NULL)
        return FALSE;
    const char *n = PQgetvalue(result, 0, N_VALID);
    if (PQgetisnull(result, 0, OTHERS))
        pgs_align_tell(align, PGS_ALIGN_VERIFY, TRUE, -1, "every constraint is valid: %s", n);
    else
        pgs_align_tell(align, PGS_ALIGN_VERIFY, FALSE, -1,
                       "%s constraints are valid; the migrations leave these unvalidated: %s", n,
                       PQgetvalue(result, 0, OTHERS));
    return TRUE;
}

/* It is head's, so that what holds of head holds of it. */
static gboolean
verify_models(const PgsAlign *align, GError **error)
{
    g_autofree char *why = NULL;
    if (align->ground->system->models->len == 0)
        return TRUE;
    if (!pgs_align_ground_judge_models(
            align->ground, pgs_align_ground_at(align->ground, pgs_align_head(align)), &why, error))
        return FALSE;
    if (why != NULL)
        pgs_align_tell(align, PGS_ALIGN_VERIFY, FALSE, -1, "head is not what the models make: %s",
                       why);
    else
        pgs_align_tell(align, PGS_ALIGN_VERIFY, TRUE, -1, "its schema is that of the models");
    return TRUE;
}

static gboolean
verify_rows(const PgsAlign *align, const PgsSnapshot *after, GError **error)
{
    g_autoptr(PgsConnection) connection = pgs_database_row_reader(align->target, error);
    g_autoptr(GHashTable) counts =
        connection != NULL ? pgs_align_rows_count(connection, after, error) : NULL;
    if (counts == NULL)
        return FALSE;
    g_autoptr(GString) lost = g_string_new(NULL);
    GHashTableIter iter;
    gpointer table, before;
    guint64 total = 0;
    g_hash_table_iter_init(&iter, align->counts);
    while (g_hash_table_iter_next(&iter, &table, &before)) {
        const gint64 *now = g_hash_table_lookup(counts, table);
        gint64 was = *(const gint64 *)before;
        total += (guint64)was;
        if (now == NULL)
            pgs_align_tell(align, PGS_ALIGN_VERIFY, FALSE, -1,
                           "%s had %" G_GINT64_FORMAT " rows and is gone", (const char *)table,
                           was);
        else if (*now < was)
            g_string_append_printf(lost, "%s%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
                                   lost->len > 0 ? ", " : "", (const char *)table, was - *now, was);
    }
    if (lost->len > 0) {
        g_autofree char *hint = align->backup != NULL
                                    ? g_strdup_printf("the backup has them: \"pgstair migrate "
                                                      "restore %s\"",
                                                      align->backup->path)
                                    : NULL;
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED, hint, "rows are gone: %s",
                      lost->str);
        return FALSE;
    }
    pgs_align_tell(align, PGS_ALIGN_VERIFY, TRUE, -1,
                   "no table has fewer rows: %" G_GUINT64_FORMAT " in %u of them", total,
                   g_hash_table_size(align->counts));
    return TRUE;
}

gboolean
pgs_align_verify(const PgsAlign *align, GError **error)
{
    g_autoptr(PgsSnapshot) after = pgs_align_read_schema(align, error);
    return after != NULL && verify_schema(align, after, error) &&
           verify_constraints(align, error) && verify_models(align, error) &&
           verify_rows(align, after, error);
}
