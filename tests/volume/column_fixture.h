#ifndef PGS_TESTS_VOLUME_COLUMN_FIXTURE_H
#define PGS_TESTS_VOLUME_COLUMN_FIXTURE_H

/* For tests of what columns are filled with. */

#include "generator_fixture.h"
#include "synthesis/synthesis.h"
#include "volume/column_fill.h"

#define ROWS 10000

static inline void
begin(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_bench_begin(fixture->bench, &error))
        fail_msg("%s", error->message);
}

static inline PgsDraft *
accepted_row(Fixture *fixture, const PgsRelation *relation)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *reason = NULL;
    PgsDraft *draft = pgs_synthesis_draft(fixture->bench, relation, NULL, 0, &reason, &error);
    if (draft == NULL)
        fail_msg("%s: %s", relation->identity, error != NULL ? error->message : reason);
    return draft;
}

/* SQL's one value over rows whose columns are the fill's, numbered from 1 to rows; g_free(). */
static inline char *
value_over(const Fixture *fixture, const PgsColumnFill *fill, const char *sql, gint64 rows)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) query = g_string_new(NULL);
    char *value = NULL;
    g_string_printf(query, "SELECT (%s)::text FROM (SELECT i AS number", sql);
    for (guint k = 0; k < fill->columns->len; k++) {
        const PgsColumn *column = fill->columns->pdata[k];
        const char *expression = fill->expressions->pdata[k];
        g_string_append_printf(query, ", %s AS %s", expression != NULL ? expression : "NULL",
                               column->quoted);
    }
    g_string_append_printf(query,
                           " FROM generate_series(1::bigint, %" G_GINT64_FORMAT
                           ") AS n (i) OFFSET 0) AS filled",
                           rows);
    if (!pgs_connection_value(fixture->connection, query->str, &value, &error))
        fail_msg("%s\n%s", error->message, query->str);
    return value != NULL ? value : g_strdup("NULL");
}

#define ASSERT_OVER(fill, sql, expected)                                                           \
    do {                                                                                           \
        const PgsColumnFill *fill_ = (fill);                                                       \
        g_autofree char *value_ = value_over(fixture, fill_, sql, ROWS);                           \
        if (strcmp(value_, expected) != 0)                                                         \
            fail_msg("%s: %s, not %s: %s", sql, value_, expected,                                  \
                     (char *)fill_->expressions->pdata[0]);                                        \
    } while (0)

#endif
