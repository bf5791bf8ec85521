#include "volume/volume_insert.h"

#include "base/text.h"
#include "synthesis/synthesis_recipe.h"
#include "volume/fill_statement.h"

enum {
    ROUNDS = 6,
    GROWTH = 8, /* numbers tried in a round, at most so many times the rows that are missing */
};

/* ---- rounds ---- */

static gboolean
insert_rounds(const PgsVolumeGround *ground, PgsFill *fill, gint64 missing, gint64 *inserted,
              PgsFailure **refusal, GError **error)
{
    gint64 done = 0, last = missing;
    for (guint round = 0; round < ROUNDS && *inserted < missing; round++) {
        gint64 stored = 0;
        g_autofree char *sql = pgs_fill_statement(fill, 1, done, last, missing - *inserted);
        if (!pgs_volume_run(ground, sql, &stored, refusal, error))
            return FALSE;
        if (fill->statement == NULL)
            fill->statement = g_strdup(sql);
        *inserted += stored;
        gint64 lacking = missing - *inserted, tried = last - done;
        done = last;
        /* A bit more than what will do if as many are dropped again. */
        gint64 next = stored > 0 ? (gint64)(1.1 * (double)lacking * (double)tried / (double)stored)
                                 : GROWTH * missing;
        last = done + CLAMP(next + 10, 10, GROWTH * missing);
        fill->has_rows = fill->skips_conflicts = TRUE;
        if (stored == 0 && round > 0)
            break;
    }
    return TRUE;
}

/* ---- sequences ---- */

/* What comes after goes on behind the rows that were made, as far as there is room. */
static gboolean
move_sequences(const PgsVolumeGround *ground, const PgsFill *fill, PgsFailure **refusal,
               GError **error)
{
    for (guint i = 0; i < fill->relation->columns->len; i++) {
        const PgsColumn *column = fill->relation->columns->pdata[i];
        if (column->sequence == NULL || !pgs_fill_is_given(fill, column))
            continue;
        g_autoptr(GString) sql = g_string_new("SELECT pg_catalog.setval(");
        pgs_text_append_literal(sql, column->sequence);
        g_string_append_printf(sql,
                               "::pg_catalog.regclass, GREATEST(LEAST(q.most, p.seqmax), "
                               "s.last_value)) FROM (SELECT pg_catalog.max(%s) AS most FROM %s) AS "
                               "q, %s AS s, pg_catalog.pg_sequence AS p "
                               "WHERE q.most > 0 AND p.seqrelid = s.tableoid",
                               column->quoted, fill->relation->identity, column->sequence);
        if (!pgs_volume_run(ground, sql->str, NULL, refusal, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- what triggers would have seen to ---- */

/* A row that refers to none that is there; appended as a condition on "c". */
static void
append_orphan(GString *sql, const PgsFillLink *link)
{
    const PgsRule *rule = link->rule;
    g_autoptr(GString) equal = g_string_new(NULL);
    g_autoptr(GString) present = g_string_new(NULL);
    for (guint i = 0; i < link->columns->len; i++) {
        const PgsColumn *column = link->columns->pdata[i];
        const char *operator= rule->operators != NULL ? rule->operators->pdata[i]
                                                      : "OPERATOR(pg_catalog.=)";
        g_string_append_printf(equal, "%sp.%s %s c.%s", i > 0 ? " AND " : "",
                               rule->referenced_columns[i]->quoted, operator, column->quoted);
        g_string_append_printf(present, "%sc.%s IS NOT NULL",
                               i == 0               ? ""
                               : rule->match == 'f' ? " OR "
                                                    : " AND ",
                               column->quoted);
    }
    g_string_append_printf(sql, "(%s) AND NOT EXISTS (SELECT FROM %s%s AS p WHERE %s)",
                           present->str, rule->referenced->kind == 'p' ? "" : "ONLY ",
                           rule->referenced->identity, equal->str);
}

static gboolean
find_orphans(const PgsVolumeGround *ground, const PgsFill *fill, gint64 *found, GError **error)
{
    for (guint i = 0; i < fill->links->len && *found == 0; i++) {
        const PgsFillLink *link = fill->links->pdata[i];
        if (link->kind == PGS_LINK_LATER || link->kind == PGS_LINK_NONE || link->rule->period)
            continue;
        g_autoptr(GString) sql = g_string_new(NULL);
        g_string_append_printf(sql, "SELECT pg_catalog.count(*) FROM ONLY %s AS c WHERE ",
                               fill->relation->identity);
        append_orphan(sql, link);
        if (!pgs_volume_count(ground, sql->str, found, error))
            return FALSE;
    }
    return TRUE;
}

/* Keys that are checked late are checked by a trigger. */
static gboolean
find_repeated(const PgsVolumeGround *ground, const PgsFill *fill, gint64 *found, GError **error)
{
    for (guint i = 0; i < fill->keys->len && *found == 0; i++) {
        const PgsRule *key = fill->keys->pdata[i];
        if (!key->deferrable || key->kind == PGS_RULE_EXCLUSION)
            continue;
        g_autoptr(GString) columns = g_string_new(NULL);
        g_autoptr(GString) present = g_string_new(NULL);
        for (guint j = 0; j < key->n_columns; j++) {
            g_string_append_printf(columns, "%s%s", j > 0 ? ", " : "", key->columns[j]->quoted);
            g_string_append_printf(present, "%s%s IS NOT NULL", j > 0 ? " AND " : "",
                                   key->columns[j]->quoted);
        }
        g_autofree char *sql =
            g_strdup_printf("SELECT pg_catalog.count(*) FROM (SELECT FROM %s WHERE %s GROUP BY %s "
                            "HAVING pg_catalog.count(*) > 1) AS q",
                            key->relation->identity, present->str, columns->str);
        if (!pgs_volume_count(ground, sql, found, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
prove(const PgsVolumeGround *ground, const PgsFill *fill, PgsFailure **refusal, GError **error)
{
    gint64 found = 0, repeated = 0;
    if (!find_orphans(ground, fill, &found, error) ||
        !find_repeated(ground, fill, &repeated, error))
        return FALSE;
    if (found == 0 && repeated == 0)
        return TRUE;
    *refusal = pgs_failure_new_printf(found > 0 ? "23503" : "23505", NULL,
                                      found > 0 ? "rows refer to none that is there"
                                                : "rows are the same in a deferrable key");
    return FALSE;
}

/* ---- the whole ---- */

static gboolean
insert_all(const PgsVolumeGround *ground, PgsFill *fill, gboolean without_triggers, gint64 missing,
           gint64 *inserted, PgsFailure **refusal, GError **error)
{
    return insert_rounds(ground, fill, missing, inserted, refusal, error) &&
           move_sequences(ground, fill, refusal, error) &&
           (!without_triggers || prove(ground, fill, refusal, error)) &&
           pgs_volume_commit(ground, refusal, error);
}

gboolean
pgs_volume_insert(const PgsVolumeGround *ground, PgsFill *fill, gboolean without_triggers,
                  gint64 missing, gint64 *inserted, PgsFailure **refusal, GError **error)
{
    *inserted = 0;
    if (!pgs_volume_begin(ground, without_triggers, error))
        return FALSE;
    if (insert_all(ground, fill, without_triggers, missing, inserted, refusal, error))
        return TRUE;
    pgs_volume_rollback(ground);
    *inserted = 0;
    return FALSE;
}
