#include "plan/derive_index.h"

#include "base/embedded.h"
#include "inventory/inventory_reader.h"
#include "snapshot/query.h"

extern const PgsEmbedded pgs_plan_files[];

/* A range of pages is the least that it leaves out: a table has to have several of them, and their
 * rows have to belong together (brincostestimate() in selfuncs.c goes by both). */
enum {
    FEW_RANGES = 8,
};
#define IN_ORDER 0.9 /* pg_stats.correlation */

/* derive_brin.sql's columns */
enum {
    BRIN_PAGES,
    BRIN_PAGES_PER_RANGE,
    BRIN_CORRELATION,
    BRIN_PART,
};

static PGresult *
read_ranges(const PgsDeriving *deriving, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_plan_files, "derive_brin.sql"),
                                            pgs_connection_version(deriving->connection));
    g_autofree char *oid = g_strdup_printf("%u", deriving->index->oid);
    const char *parameter = oid;
    return pgs_connection_query(deriving->connection, PGS_SHAPE_ANY, sql, 1, &parameter, NULL,
                                error);
}

static gboolean
has_ranges(PgsDeriving *deriving, const PGresult *ranges)
{
    if (PQntuples(ranges) == 0) {
        pgs_derive_say(deriving, "%s was never ANALYZEd", deriving->index->relation_sql);
        return FALSE;
    }
    gint64 pages = pgs_cell_number(ranges, 0, BRIN_PAGES);
    gint64 per_range = pgs_cell_number(ranges, 0, BRIN_PAGES_PER_RANGE);
    if (pages >= per_range * FEW_RANGES)
        return TRUE;
    pgs_derive_say(deriving,
                   "%s has %" G_GINT64_FORMAT
                   " pages, and each of its ranges covers %" G_GINT64_FORMAT
                   ": too few ranges to leave any out",
                   pgs_cell(ranges, 0, BRIN_PART), pages, per_range);
    return FALSE;
}

/* A range of values where its class has one, else a value. */
static gboolean
add_key(PgsDeriving *deriving, guint i, GError **error)
{
    const PgsIndexKey *key = deriving->index->keys->pdata[i];
    if (pgs_operators_named(deriving->operators, key, "<=") != NULL)
        return pgs_derive_range(deriving, i, error);
    g_autofree char *value = NULL, *sql = pgs_derive_key_sql(key);
    const PgsOperator *equal = pgs_operators_named(deriving->operators, key, "=");
    g_autoptr(PgsInquiry) inquiry = pgs_derive_inquiry(deriving);
    if (equal == NULL)
        return TRUE;
    if (!pgs_inquiry_pick(inquiry, sql, PGS_PICK_RARE, &value, error))
        return FALSE;
    if (value == NULL)
        return TRUE;
    pgs_inquiry_add(inquiry, sql, equal, g_steal_pointer(&value));
    return pgs_derive_add_fair(deriving, PGS_QUESTION_EQUALITY, inquiry,
                               pgs_derive_key_title("equality on", deriving->index, i),
                               "its rarest value", error);
}

gboolean
pgs_derive_brin(PgsDeriving *deriving, GError **error)
{
    g_autoptr(PGresult) ranges = read_ranges(deriving, error);
    if (ranges == NULL)
        return FALSE;
    if (!has_ranges(deriving, ranges))
        return TRUE;
    gboolean is_any = FALSE;
    for (int i = 0; i < PQntuples(ranges); i++) {
        const char *correlation = pgs_cell(ranges, i, BRIN_CORRELATION);
        if (correlation == NULL || g_ascii_strtod(correlation, NULL) < IN_ORDER)
            continue;
        is_any = TRUE;
        if (!add_key(deriving, (guint)i, error))
            return FALSE;
    }
    if (!is_any)
        pgs_derive_say(deriving, "none of its keys follows the order of the rows in %s",
                       deriving->index->relation_sql);
    return TRUE;
}
