#include "base/embedded.h"
#include "base/text.h"
#include "plan/planning_state.h"
#include "project/names.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

char *
pgs_planning_sql(const PgsPlanning *planning, const char *file)
{
    return pgs_query_expand(pgs_embedded_find(pgs_plan_files, file),
                            pgs_connection_version(planning->connection));
}

char *
pgs_planning_array(const GPtrArray *names)
{
    GString *text = g_string_new("{");
    for (guint i = 0; i < names->len; i++) {
        g_string_append(text, i > 0 ? ",\"" : "\"");
        for (const char *at = names->pdata[i]; *at != '\0'; at++) {
            if (*at == '"' || *at == '\\')
                g_string_append_c(text, '\\');
            g_string_append_c(text, *at);
        }
        g_string_append_c(text, '"');
    }
    g_string_append_c(text, '}');
    return g_string_free(text, FALSE);
}

gboolean
pgs_planning_is_fatal(const PgsPlanning *planning, const GError *error)
{
    return !pgs_connection_is_alive(planning->connection) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED) ||
           g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE);
}

/* ---- by the name that pgstair.yaml has ---- */

static char *
no_such_table(const PgsPlanning *planning, const char *name)
{
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(planning->bench));
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        g_ptr_array_add(names, strchr(name, '.') != NULL ? relation->identity : relation->name);
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)names->pdata);
    return nearest != NULL
               ? g_strdup_printf("there is no table \"%s\": did you mean \"%s\"?", name, nearest)
               : g_strdup_printf("there is no table \"%s\"", name);
}

const PgsRelation *
pgs_planning_find_table(const PgsPlanning *planning, const char *name, char **why)
{
    const PgsInventory *inventory = pgs_bench_inventory(planning->bench);
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    g_autofree char *quoted = pgs_name_schema(name);
    g_autofree char *schema = quoted != NULL ? pgs_name_plain(quoted) : NULL;
    g_autofree char *last = pgs_name_last(name);
    const PgsRelation *found = pgs_inventory_find(inventory, name);
    *why = NULL;
    if (found != NULL)
        return found;
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        if (strcmp(relation->name, last) != 0 ||
            (schema != NULL && strcmp(relation->schema, schema) != 0))
            continue;
        if (found != NULL && strcmp(found->schema, "public") != 0 &&
            strcmp(relation->schema, "public") != 0) {
            *why = g_strdup_printf("there are both %s and %s: say which", found->identity,
                                   relation->identity);
            return NULL;
        }
        if (found == NULL || strcmp(relation->schema, "public") == 0)
            found = relation;
    }
    if (found == NULL)
        *why = no_such_table(planning, name);
    return found;
}

/* ---- by the name that a statement has ---- */

char *
pgs_planning_spell(PgsPlanning *planning, const char *schema, const char *name)
{
    g_autofree char *own = pgs_connection_quote(planning->connection, name);
    if (schema == NULL)
        return g_steal_pointer(&own);
    g_autofree char *outer = pgs_connection_quote(planning->connection, schema);
    return g_strdup_printf("%s.%s", outer, own);
}

void
pgs_planning_add_relation(const PgsRelation *relation, GHashTable *relations)
{
    while (relation->is_partition && relation->parent != NULL)
        relation = relation->parent;
    if (relation->kind == 'r' || relation->kind == 'p')
        g_hash_table_add(relations, (gpointer)relation);
}

static void
add_by_oid(const PgsPlanning *planning, const char *text, GHashTable *relations)
{
    const GPtrArray *all = pgs_inventory_relations(pgs_bench_inventory(planning->bench));
    guint64 oid = g_ascii_strtoull(text, NULL, 10);
    for (guint i = 0; i < all->len; i++) {
        const PgsRelation *relation = all->pdata[i];
        if (relation->oid == oid)
            pgs_planning_add_relation(relation, relations);
    }
}

gboolean
pgs_planning_add_behind(PgsPlanning *planning, const GPtrArray *names, GHashTable *relations,
                        GError **error)
{
    g_autofree char *sql = pgs_planning_sql(planning, "tables_behind.sql");
    g_autofree char *array = pgs_planning_array(names);
    const char *parameters[] = {array};
    g_autoptr(PGresult) rows =
        pgs_connection_query(planning->connection, PGS_SHAPE_ANY, sql, 1, parameters, NULL, error);
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++)
        add_by_oid(planning, PQgetvalue(rows, i, 0), relations);
    return rows != NULL;
}
