#include "exercise/cases_trial.h"

#include "base/text.h"
#include "project/names.h"

#include <string.h>

void
pgs_case_reject(PgsCaseTrial *trial, const PgsPlace *place, char *hint, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    trial->is_settled = TRUE;
    if (place->file != NULL && place->line != trial->of->place.line)
        pgs_rule_result_judge(trial->result, PGS_VERDICT_BROKEN, "line %u: %s", place->line,
                              message);
    else
        pgs_rule_result_judge(trial->result, PGS_VERDICT_BROKEN, "%s", message);
    g_free(trial->result->hint);
    trial->result->hint = hint;
}

/* "did you mean …"; g_free(); NULL: nothing is near.  names: char *, borrowed. */
static char *
hint_at(const char *name, GPtrArray *names)
{
    g_ptr_array_add(names, NULL);
    const char *nearest = pgs_text_nearest(name, (const char *const *)names->pdata);
    return nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest) : NULL;
}

static const PgsRelation *
relation_by_plain_name(const PgsInventory *inventory, const char *name)
{
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    g_autofree char *schema_quoted = pgs_name_schema(name);
    g_autofree char *schema = schema_quoted != NULL ? pgs_name_plain(schema_quoted) : NULL;
    g_autofree char *last = pgs_name_last(name);
    const PgsRelation *found = NULL;
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = g_ptr_array_index(relations, i);
        if (strcmp(relation->name, last) != 0 ||
            (schema != NULL && strcmp(relation->schema, schema) != 0))
            continue;
        if (found != NULL) /* in two schemas: public's is what is meant, if it is one of them */
            return strcmp(relation->schema, "public") == 0 ? relation
                   : strcmp(found->schema, "public") == 0  ? found
                                                           : NULL;
        found = relation;
    }
    return found;
}

const PgsRelation *
pgs_case_find_relation(PgsCaseTrial *trial, const PgsCaseRow *row)
{
    const PgsInventory *inventory = pgs_bench_inventory(trial->bench);
    const PgsRelation *relation = pgs_inventory_find(inventory, row->table);
    if (relation == NULL)
        relation = relation_by_plain_name(inventory, row->table);
    if (relation != NULL)
        return relation;
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    gboolean is_qualified = strchr(row->table, '.') != NULL;
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *other = g_ptr_array_index(relations, i);
        g_ptr_array_add(names, is_qualified ? other->identity : other->name);
    }
    pgs_case_reject(trial, &row->place, hint_at(row->table, names), "there is no table \"%s\"",
                    row->table);
    return NULL;
}

const PgsColumn *
pgs_case_find_column(PgsCaseTrial *trial, const PgsRelation *relation, const char *name,
                     const PgsPlace *place)
{
    const PgsColumn *column = pgs_relation_column(relation, name);
    if (column != NULL)
        return column;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < relation->columns->len; i++)
        g_ptr_array_add(names, ((PgsColumn *)g_ptr_array_index(relation->columns, i))->name);
    pgs_case_reject(trial, place, hint_at(name, names), "%s has no column \"%s\"",
                    relation->identity, name);
    return NULL;
}

const PgsStored *
pgs_case_find_stored(const PgsCaseTrial *trial, const char *name)
{
    for (guint i = 0; i < trial->stored->len; i++) {
        const PgsCaseRow *row = g_ptr_array_index(trial->of->given, i);
        if (strcmp(row->name, name) == 0)
            return g_ptr_array_index(trial->stored, i);
    }
    return NULL;
}

const PgsRule *
pgs_case_find_rule(const PgsCaseTrial *trial, const PgsRelation *relation, const char *name)
{
    const PgsRule *rule = relation != NULL ? pgs_relation_rule(relation, name) : NULL;
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(trial->bench));
    for (guint i = 0; rule == NULL && i < rules->len; i++) {
        const PgsRule *other = g_ptr_array_index(rules, i);
        if (g_strcmp0(other->name, name) == 0)
            rule = other;
    }
    return rule;
}

char *
pgs_case_hint_at_rules(const PgsCaseTrial *trial, const char *name)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(trial->bench));
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = g_ptr_array_index(rules, i);
        if (rule->name != NULL)
            g_ptr_array_add(names, rule->name);
    }
    return hint_at(name, names);
}

static gboolean
referred_value(PgsCaseTrial *trial, const PgsCaseValue *said, PgsValue *value)
{
    const PgsStored *stored = pgs_case_find_stored(trial, said->row);
    const PgsColumn *column =
        pgs_case_find_column(trial, stored->draft->relation, said->member, &said->place);
    if (column != NULL)
        *value = pgs_stored_get(stored, column);
    return column != NULL;
}

gboolean
pgs_case_value(PgsCaseTrial *trial, const PgsCaseValue *said, PgsValue *value)
{
    if (said->row != NULL)
        return referred_value(trial, said, value);
    if (said->is_default)
        *value = (PgsValue){PGS_VALUE_DEFAULT, NULL};
    else if (said->sql != NULL)
        *value = (PgsValue){PGS_VALUE_EXPRESSION,
                            pgs_bench_keep_printf(trial->bench, "(%s)", said->sql)};
    else if (said->text != NULL)
        *value = pgs_bench_text(trial->bench, said->text);
    else
        *value = (PgsValue){PGS_VALUE_NULL, NULL};
    return TRUE;
}

GArray *
pgs_case_wishes(PgsCaseTrial *trial, const PgsRelation *relation, const PgsCaseRow *row)
{
    g_autoptr(GArray) wishes = g_array_new(FALSE, FALSE, sizeof(PgsWish));
    for (guint i = 0; i < row->values->len; i++) {
        const PgsCaseValue *said = g_ptr_array_index(row->values, i);
        PgsWish wish = {pgs_case_find_column(trial, relation, said->column, &said->place), {0}};
        if (wish.column == NULL || !pgs_case_value(trial, said, &wish.value))
            return NULL;
        g_array_append_val(wishes, wish);
    }
    return g_steal_pointer(&wishes);
}
