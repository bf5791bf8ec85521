#include "plan/trial.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

/* An index on more would take longer than a reason is worth. */
#define MOST_ROWS 1000000

/* trial_ground.sql's columns */
enum {
    GROUND_SCHEMA,
    GROUND_NAME,
    GROUND_SQL,
    GROUND_KIND,
    GROUND_ROWS,
    GROUND_IS_OWN,
    GROUND_IS_INDEXED,
    GROUND_FREE_NAME,
};

static void
table_free(gpointer data)
{
    PgsTrialTable *table = data;
    g_free(table->schema);
    g_free(table->name);
    g_free(table->sql);
    g_free(table);
}

static PgsTrialTable *
table_new(const PGresult *result, int row)
{
    PgsTrialTable *table = g_new0(PgsTrialTable, 1);
    table->schema = g_strdup(PQgetvalue(result, row, GROUND_SCHEMA));
    table->name = g_strdup(PQgetvalue(result, row, GROUND_NAME));
    table->sql = g_strdup(PQgetvalue(result, row, GROUND_SQL));
    table->is_indexed = *PQgetvalue(result, row, GROUND_IS_INDEXED) == 't';
    return table;
}

static char *
find_obstacle(const PgsTrialGround *ground, const PGresult *result)
{
    if (*PQgetvalue(result, 0, GROUND_IS_OWN) != 't')
        return g_strdup_printf("not tried: %s is not this user's to index", ground->relation_sql);
    if (strchr("rpm", *PQgetvalue(result, 0, GROUND_KIND)) == NULL)
        return g_strdup_printf("not tried: %s is no table that can be indexed",
                               ground->relation_sql);
    if (ground->rows > MOST_ROWS)
        return g_strdup_printf("not tried: %s holds about %" G_GUINT64_FORMAT " rows",
                               ground->relation_sql, ground->rows);
    return NULL;
}

static PGresult *
ask(PgsConnection *connection, guint32 relation, guint32 index, GError **error)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_plan_files, "trial_ground.sql"),
                                            pgs_connection_version(connection));
    char relation_text[16], index_text[16];
    g_snprintf(relation_text, sizeof relation_text, "%u", relation);
    g_snprintf(index_text, sizeof index_text, "%u", index);
    const char *const parameters[] = {relation_text, index_text};
    return pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 2, parameters, NULL, error);
}

PgsTrialGround *
pgs_trial_ground_read(PgsConnection *connection, const PgsIndexes *indexes,
                      const PgsQuestion *question, const PgsIndex *index, GError **error)
{
    guint32 relation =
        question->relation != 0 || index == NULL ? question->relation : index->relation_oid;
    g_autoptr(PGresult) result = ask(connection, relation, index != NULL ? index->oid : 0, error);
    if (result == NULL)
        return NULL;
    PgsTrialGround *ground = g_new0(PgsTrialGround, 1);
    ground->connection = connection;
    ground->indexes = indexes;
    ground->question = question;
    ground->relation = relation;
    ground->is_superuser = pgs_connection_is_superuser(connection);
    ground->tables = g_ptr_array_new_with_free_func(table_free);
    for (int i = 0; i < PQntuples(result); i++) {
        g_ptr_array_add(ground->tables, table_new(result, i));
        ground->rows += strtoull(PQgetvalue(result, i, GROUND_ROWS), NULL, 10);
    }
    if (PQntuples(result) == 0) {
        ground->obstacle = g_strdup("not tried: its table is not there");
        return ground;
    }
    ground->relation_sql = ((const PgsTrialTable *)ground->tables->pdata[0])->sql;
    ground->name = g_strdup(PQgetvalue(result, 0, GROUND_FREE_NAME));
    ground->obstacle = find_obstacle(ground, result);
    return ground;
}

void
pgs_trial_ground_free(PgsTrialGround *ground)
{
    if (ground == NULL)
        return;
    g_ptr_array_unref(ground->tables);
    g_free(ground->name);
    g_free(ground->obstacle);
    g_free(ground);
}
