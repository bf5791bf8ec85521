#include "base/text.h"
#include "operate/ddl_plan.h"

#include "snapshot/words.h"

#include <string.h>

/* One attribute of an object that stays. */

typedef gboolean (*Alter)(PgsDdlPlan *plan, const PgsDifference *difference);

static const char *
get(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute);
}

static void
add_table(PgsDdlPlan *plan, PgsDdlRank rank, const PgsObject *object, const char *table,
          const char *remark, char *words)
{
    pgs_ddl_plan_add(plan, rank, object, remark,
                     g_strdup_printf("ALTER TABLE %s %s", table, words));
    g_free(words);
}

/* ---- columns ---- */

static void
add_column(PgsDdlPlan *plan, PgsDdlRank rank, const PgsObject *column, const char *remark,
           char *words)
{
    add_table(plan, rank, column, column->parent, remark,
              g_strdup_printf("ALTER COLUMN %s %s", pgs_ddl_part_name(column), words));
    g_free(words);
}

static gboolean
alter_column_type(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *before = difference->before, *after = difference->after;
    if (get(after, "generated") != NULL || get(before, "generated") != NULL)
        return FALSE;
    if (!g_hash_table_add(plan->dropped, g_strconcat("type of ", before->identity, NULL)))
        return TRUE; /* with its collation */
    pgs_ddl_remake_dependents(plan, before);
    const char *type = get(after, "type"), *collation = get(after, "collation");
    const char *name = pgs_ddl_part_name(after);
    gboolean has_default = get(before, "default") != NULL;
    if (has_default)
        pgs_ddl_drop_default(plan, before);
    add_column(plan, PGS_DDL_ALTER, after,
               "look at how values are converted (USING); the table may be written anew, and is "
               "locked meanwhile",
               g_strdup_printf("TYPE %s%s%s USING %s::%s", type,
                               collation != NULL ? " COLLATE " : "",
                               collation != NULL ? collation : "", name, type));
    if (has_default)
        pgs_ddl_set_default(plan, after);
    return TRUE;
}

static gboolean
alter_column_default(PgsDdlPlan *plan, const PgsDifference *difference)
{
    /* A sequence that it counts with is made first, or dropped later. */
    if (difference->after_value != NULL)
        pgs_ddl_set_default(plan, difference->after);
    else
        pgs_ddl_drop_default(plan, difference->after);
    return TRUE;
}

static gboolean
alter_column_not_null(PgsDdlPlan *plan, const PgsDifference *difference)
{
    gboolean is_set = difference->after_value != NULL;
    if (is_set && pgs_ddl_not_null_is_said(plan->to, difference->after))
        return TRUE;
    add_column(plan, is_set ? PGS_DDL_DEFAULT : PGS_DDL_OWNED, difference->after,
               is_set ? "refused while a row has NULL there" : NULL,
               g_strdup(is_set ? "SET NOT NULL" : "DROP NOT NULL"));
    return TRUE;
}

/* Its sequence goes with it; a default may count with another of that name. */
static void
drop_identity(PgsDdlPlan *plan, const PgsObject *before, const PgsObject *after)
{
    add_column(plan, PGS_DDL_DROP_DEFAULT, after, NULL, g_strdup("DROP IDENTITY"));
    const PgsObject *gone = g_hash_table_lookup(plan->from->sequences, before->identity);
    const PgsObject *sequence =
        gone != NULL ? pgs_snapshot_find(plan->to->snapshot, "sequence", gone->identity) : NULL;
    if (sequence == NULL)
        return;
    g_hash_table_add(plan->dropped, pgs_ddl_key(gone));
    pgs_ddl_create(plan, sequence);
}

static void
add_identity(PgsDdlPlan *plan, const PgsObject *column, const char *how)
{
    const PgsObject *sequence = g_hash_table_lookup(plan->to->sequences, column->identity);
    g_autofree char *options =
        sequence != NULL ? pgs_ddl_sequence_options(sequence, column->identity) : g_strdup("");
    add_column(plan, PGS_DDL_OWNED, column, NULL,
               g_strdup_printf("ADD GENERATED %s AS IDENTITY%s%s%s", how,
                               *options != '\0' ? " (" : "", options, *options != '\0' ? ")" : ""));
    if (sequence == NULL)
        return;
    pgs_ddl_go_on_counting(plan, column, sequence);
    const PgsObject *namesake =
        pgs_snapshot_find(plan->from->snapshot, "sequence", sequence->identity);
    if (namesake == NULL)
        return;
    pgs_ddl_drop_sequence(plan, namesake);
    pgs_ddl_words(plan, sequence);
}

static gboolean
alter_column_identity(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const char *before = difference->before_value, *after = difference->after_value;
    if (after == NULL)
        drop_identity(plan, difference->before, difference->after);
    else if (before == NULL)
        add_identity(plan, difference->after, after);
    else
        add_column(plan, PGS_DDL_DEFAULT, difference->after, NULL,
                   g_strdup_printf("SET GENERATED %s", after));
    return TRUE;
}

/* Dropped and made anew, where nothing hangs on it. */
static gboolean
make_generated(PgsDdlPlan *plan, const PgsDifference *difference)
{
    g_autofree char *key = pgs_ddl_key(difference->before);
    const PgsObject *after = difference->after;
    if (pgs_ddl_side_dependents(plan->from, key) != NULL ||
        !g_hash_table_add(plan->dropped, g_strconcat("type of ", after->identity, NULL)))
        return FALSE;
    g_autofree char *column = pgs_ddl_column(plan->to, after, TRUE);
    add_table(
        plan, PGS_DDL_ALTER, after, after->parent,
        "the column is made anew: the values that it has are lost, it is computed from now on",
        g_strdup_printf("DROP COLUMN %s, ADD COLUMN %s", pgs_ddl_part_name(after), column));
    return TRUE;
}

static gboolean
alter_column_generated(PgsDdlPlan *plan, const PgsDifference *difference)
{
    if (difference->after_value != NULL)
        return make_generated(plan, difference);
    if (!g_str_has_suffix(difference->before_value, " STORED"))
        return FALSE;
    add_column(plan, PGS_DDL_ALTER, difference->after, NULL, g_strdup("DROP EXPRESSION"));
    return TRUE;
}

static gboolean
alter_column_storage(PgsDdlPlan *plan, const PgsDifference *difference)
{
    if (difference->after_value == NULL)
        return FALSE;
    add_column(plan, PGS_DDL_ALTER, difference->after, NULL,
               g_strdup_printf("SET STORAGE %s", difference->after_value));
    return TRUE;
}

static gboolean
alter_column_compression(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const char *value = difference->after_value;
    add_column(plan, PGS_DDL_ALTER, difference->after, NULL,
               g_strdup_printf("SET COMPRESSION %s", value != NULL ? value : "default"));
    return TRUE;
}

static gboolean
alter_column_statistics(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const char *value = difference->after_value;
    add_column(plan, PGS_DDL_ALTER, difference->after, NULL,
               g_strdup_printf("SET STATISTICS %s", value != NULL ? value : "-1"));
    return TRUE;
}

/* All that was is reset, all that is to be is set. */
static void
change_options(PgsDdlPlan *plan, const PgsDifference *difference, const char *front)
{
    if (difference->before_value != NULL) {
        g_autofree char *names = pgs_ddl_options(difference->before_value, TRUE);
        pgs_ddl_plan_add(plan, PGS_DDL_ALTER, difference->after, NULL,
                         g_strdup_printf("%s RESET %s", front, names));
    }
    if (difference->after_value != NULL) {
        g_autofree char *list = pgs_ddl_options(difference->after_value, FALSE);
        pgs_ddl_plan_add(plan, PGS_DDL_ALTER, difference->after, NULL,
                         g_strdup_printf("%s SET %s", front, list));
    }
}

static gboolean
alter_column_options(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *column = difference->after;
    g_autofree char *front = g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s", column->parent,
                                             pgs_ddl_part_name(column));
    change_options(plan, difference, front);
    return TRUE;
}

void
pgs_ddl_column_extras(PgsDdlPlan *plan, const PgsObject *column)
{
    static const struct {
        const char *attribute;
        Alter alter;
    } extras[] = {{"storage", alter_column_storage},
                  {"statistics-target", alter_column_statistics},
                  {"options", alter_column_options}};
    for (gsize i = 0; i < G_N_ELEMENTS(extras); i++) {
        const PgsDifference difference = {.after = column,
                                          .attribute = extras[i].attribute,
                                          .after_value = get(column, extras[i].attribute)};
        if (difference.after_value != NULL)
            extras[i].alter(plan, &difference);
    }
}

/* ---- tables ---- */

static gboolean
alter_relation_options(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *object = difference->after;
    g_autofree char *front =
        g_strdup_printf("ALTER %s %s", pgs_ddl_noun(object->kind), object->identity);
    change_options(plan, difference, front);
    return TRUE;
}

static gboolean
alter_table_switch(PgsDdlPlan *plan, const PgsDifference *difference)
{
    static const struct {
        const char *attribute, *on, *off;
    } switches[] = {
        {"row-security", "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"},
        {"force-row-security", "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"},
        {"persistence", "SET UNLOGGED", "SET LOGGED"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(switches); i++) {
        if (strcmp(switches[i].attribute, difference->attribute) == 0)
            add_table(plan, PGS_DDL_TRIGGER, difference->after, difference->after->identity, NULL,
                      g_strdup(difference->after_value != NULL ? switches[i].on : switches[i].off));
    }
    return TRUE;
}

/* What is in one list of tables and not in the other. */
static void
change_parents(PgsDdlPlan *plan, PgsDdlRank rank, const PgsObject *table, const char *list,
               const char *other, const char *words)
{
    g_autoptr(GPtrArray) names = pgs_words_split(list != NULL ? list : "");
    g_autoptr(GPtrArray) others = pgs_words_split(other != NULL ? other : "");
    for (guint i = 0; i < names->len; i++) {
        if (*(const char *)names->pdata[i] != '\0' &&
            !g_ptr_array_find_with_equal_func(others, names->pdata[i], g_str_equal, NULL))
            add_table(plan, rank, table, table->identity, NULL,
                      g_strdup_printf("%s %s", words, (const char *)names->pdata[i]));
    }
}

static gboolean
alter_inherits(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const char *before = difference->before_value, *after = difference->after_value;
    change_parents(plan, PGS_DDL_DROP_PART, difference->after, before, after, "NO INHERIT");
    change_parents(plan, PGS_DDL_OWNED, difference->after, after, before, "INHERIT");
    return TRUE;
}

/* Another bound is said by a partition that is taken out and put in again. */
static gboolean
alter_partition(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *before = difference->before, *after = difference->after;
    if (!g_hash_table_add(plan->dropped, g_strconcat("place of ", after->identity, NULL)))
        return TRUE;
    if (get(before, "partition-of") != NULL)
        add_table(plan, PGS_DDL_DROP_PART, before, get(before, "partition-of"), NULL,
                  g_strdup_printf("DETACH PARTITION %s", before->identity));
    if (get(after, "partition-of") != NULL && get(after, "bound") != NULL)
        add_table(plan, PGS_DDL_OWNED, after, get(after, "partition-of"),
                  "all rows of the partition are looked at, and it is locked meanwhile; refused "
                  "while one is outside of the bound",
                  g_strdup_printf("ATTACH PARTITION %s %s", after->identity, get(after, "bound")));
    return TRUE;
}

/* The snapshot names an index with its schema, which the statement does not take. */
static char *
replica_identity(const char *value)
{
    static const char front[] = "USING INDEX ";
    gboolean is_index = value != NULL && g_str_has_prefix(value, front);
    const char *index = is_index ? value + strlen(front) : NULL;
    gsize schema = is_index ? pgs_words_name_length(index) : 0;
    if (is_index && schema > 0 && index[schema] == '.')
        index += schema + 1;
    return is_index ? g_strdup_printf("REPLICA IDENTITY %s%s", front, index)
                    : g_strdup_printf("REPLICA IDENTITY %s", value != NULL ? value : "DEFAULT");
}

static gboolean
alter_replica_identity(PgsDdlPlan *plan, const PgsDifference *difference)
{
    add_table(plan, PGS_DDL_TRIGGER, difference->after, difference->after->identity, NULL,
              replica_identity(difference->after_value));
    return TRUE;
}

static gboolean
alter_clustered(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *after = difference->after;
    const char *index = pgs_ddl_part_name(after);
    gsize schema = index == after->identity ? pgs_words_name_length(index) : 0;
    if (after->parent == NULL)
        return FALSE;
    /* SET WITHOUT CLUSTER first: of two indexes the one that comes takes the other's place. */
    gboolean is_on = difference->after_value != NULL;
    add_table(plan, is_on ? PGS_DDL_TRIGGER : PGS_DDL_ALTER, after, after->parent, NULL,
              is_on ? g_strdup_printf("CLUSTER ON %s", index + (schema > 0 ? schema + 1 : 0))
                    : g_strdup("SET WITHOUT CLUSTER"));
    return TRUE;
}

/* ---- others ---- */

static gboolean
alter_sequence(PgsDdlPlan *plan, const PgsDifference *difference)
{
    static const struct {
        const char *attribute, *words, *none;
    } rows[] = {{"type", "AS", NULL},          {"increment", "INCREMENT BY", NULL},
                {"minimum", "MINVALUE", NULL}, {"maximum", "MAXVALUE", NULL},
                {"start", "START WITH", NULL}, {"cache", "CACHE", NULL},
                {"cycle", NULL, "NO CYCLE"},   {"owned-by", "OWNED BY", "OWNED BY NONE"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].attribute, difference->attribute) != 0)
            continue;
        const char *value = difference->after_value;
        g_autofree char *words = value == NULL ? g_strdup(rows[i].none)
                                 : rows[i].words == NULL
                                     ? g_strdup("CYCLE")
                                     : g_strdup_printf("%s %s", rows[i].words, value);
        if (words == NULL)
            return FALSE;
        gboolean frees = strcmp(difference->attribute, "owned-by") == 0 && value == NULL;
        pgs_ddl_plan_add(
            plan, frees ? PGS_DDL_ALTER : PGS_DDL_OWNED, difference->after, NULL,
            g_strdup_printf("ALTER SEQUENCE %s %s", difference->after->identity, words));
    }
    return TRUE;
}

static gboolean
alter_extension(PgsDdlPlan *plan, const PgsDifference *difference)
{
    if (difference->after_value == NULL)
        return FALSE;
    g_autofree char *version = pgs_text_literal(difference->after_value);
    pgs_ddl_plan_add(
        plan, PGS_DDL_EXTENSION, difference->after, NULL,
        g_strdup_printf("ALTER EXTENSION %s UPDATE TO %s", difference->after->identity, version));
    return TRUE;
}

static gboolean
move_extension(PgsDdlPlan *plan, const PgsDifference *difference)
{
    pgs_ddl_plan_add(plan, PGS_DDL_ALTER, difference->after, NULL,
                     g_strdup_printf("ALTER EXTENSION %s SET SCHEMA %s",
                                     difference->after->identity, difference->after_value));
    return TRUE;
}

static gboolean
validate(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const PgsObject *after = difference->after;
    if (difference->after_value != NULL) {
        pgs_ddl_remake(plan, difference->before);
        return TRUE;
    }
    pgs_ddl_plan_add(
        plan, PGS_DDL_FOREIGN_KEY, after, "refused while a row breaks it",
        g_strdup_printf("ALTER %s %s VALIDATE CONSTRAINT %s",
                        strcmp(after->kind, "domain constraint") == 0 ? "DOMAIN" : "TABLE",
                        after->parent, pgs_ddl_part_name(after)));
    return TRUE;
}

static gboolean
switch_trigger(PgsDdlPlan *plan, const PgsDifference *difference)
{
    static const struct {
        const char *state, *words;
    } states[] = {
        {"disabled", "DISABLE"}, {"replica", "ENABLE REPLICA"}, {"always", "ENABLE ALWAYS"}};
    const char *words = "ENABLE";
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        if (g_strcmp0(difference->after_value, states[i].state) == 0)
            words = states[i].words;
    }
    const PgsObject *after = difference->after;
    add_table(
        plan, PGS_DDL_TRIGGER, after, after->parent, NULL,
        g_strdup_printf("%s %s %s", words, pgs_ddl_noun(after->kind), pgs_ddl_part_name(after)));
    return TRUE;
}

static gboolean
replace_function(PgsDdlPlan *plan, const PgsDifference *difference)
{
    const char *definition = pgs_ddl_side_definition(plan->to, difference->after);
    if (definition == NULL)
        return FALSE;
    char *key = pgs_ddl_key(difference->after);
    if (!g_hash_table_add(plan->made, key))
        return TRUE;
    pgs_ddl_plan_add(plan, PGS_DDL_FUNCTION, difference->after, NULL,
                     g_strchomp(g_strdup(definition)));
    return TRUE;
}

static gboolean
remake(PgsDdlPlan *plan, const PgsDifference *difference)
{
    pgs_ddl_remake(plan, difference->before);
    return TRUE;
}

/* ---- the table of them ---- */

static const struct {
    const char *kind, *attribute; /* attribute NULL: any */
    Alter alter;
} rows[] = {
    {"column", "type", alter_column_type},
    {"column", "collation", alter_column_type},
    {"column", "default", alter_column_default},
    {"column", "not-null", alter_column_not_null},
    {"column", "identity", alter_column_identity},
    {"column", "generated", alter_column_generated},
    {"column", "storage", alter_column_storage},
    {"column", "compression", alter_column_compression},
    {"column", "statistics-target", alter_column_statistics},
    {"column", "options", alter_column_options},
    {"table", "options", alter_relation_options},
    {"table", "row-security", alter_table_switch},
    {"table", "force-row-security", alter_table_switch},
    {"table", "persistence", alter_table_switch},
    {"table", "replica-identity", alter_replica_identity},
    {"table", "inherits", alter_inherits},
    {"table", "partition-of", alter_partition},
    {"table", "bound", alter_partition},
    {"enum type", "labels", pgs_ddl_alter_labels},
    {"domain", "default", pgs_ddl_alter_domain},
    {"domain", "not-null", pgs_ddl_alter_domain},
    {"attribute", "type", pgs_ddl_alter_attribute_type},
    {"sequence", NULL, alter_sequence},
    {"extension", "version", alter_extension},
    {"extension", "schema", move_extension},
    {"index", "options", alter_relation_options},
    {"foreign key", "not-valid", validate},
    {"check constraint", "not-valid", validate},
    {"not-null constraint", "not-valid", pgs_ddl_alter_not_null},
    {"not-null constraint", "no-inherit", pgs_ddl_alter_not_null},
    {"domain constraint", "not-valid", validate},
    {"trigger", "state", switch_trigger},
    {"rule", "state", switch_trigger},
    {"function", "arguments", remake},
    {"function", "returns", remake},
    {"function", NULL, replace_function},
    {"procedure", "arguments", remake},
    {"procedure", NULL, replace_function},
    {"window function", "arguments", remake},
    {"window function", "returns", remake},
    {"window function", NULL, replace_function},
    {"view", NULL, remake},
    {"materialized view", NULL, remake},
    {"index", "clustered", alter_clustered},
    {"primary key", "clustered", alter_clustered},
    {"unique constraint", "clustered", alter_clustered},
    {"index", NULL, remake},
    {"statistics", NULL, remake},
    {"policy", NULL, remake},
    {"trigger", NULL, remake},
    {"rule", NULL, remake},
    {"check constraint", NULL, remake},
    {"domain constraint", NULL, remake},
    {"primary key", NULL, remake},
    {"unique constraint", NULL, remake},
    {"exclusion constraint", NULL, remake},
    {"foreign key", NULL, remake},
};

gboolean
pgs_ddl_alter(PgsDdlPlan *plan, const PgsDifference *difference)
{
    static const char *const words[] = {"comment", "privileges", "owner", NULL};
    /* They follow from the table's place under its parents. */
    static const char *const following[] = {"inherited", "local", "inherited-from", "attached-to",
                                            NULL};
    if (g_strv_contains(following, difference->attribute))
        return TRUE;
    if (g_strv_contains(words, difference->attribute))
        return pgs_ddl_word(plan, difference->after, difference->attribute,
                            difference->before_value, difference->after_value);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].kind, difference->after->kind) == 0 &&
            (rows[i].attribute == NULL || strcmp(rows[i].attribute, difference->attribute) == 0))
            return rows[i].alter(plan, difference);
    }
    return FALSE;
}
