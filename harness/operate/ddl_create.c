#include "operate/ddl_plan.h"
#include "operate/ddl_ring.h"

#include "snapshot/words.h"

#include <string.h>

/* New objects. */

static gboolean
is_kind(const PgsObject *object, const char *kind)
{
    return strcmp(object->kind, kind) == 0;
}

static gboolean
has(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute) != NULL;
}

/* What no CREATE says, as if it changed. */
static void
set_attribute(PgsDdlPlan *plan, const PgsObject *object, const char *attribute)
{
    const PgsDifference difference = {
        .after = object, .attribute = attribute, .after_value = pgs_object_get(object, attribute)};
    if (difference.after_value != NULL)
        pgs_ddl_alter(plan, &difference);
}

/* ---- statements ---- */

static void
append_with(GString *sql, const PgsObject *object)
{
    const char *options = pgs_object_get(object, "options");
    if (options == NULL)
        return;
    g_autofree char *list = pgs_ddl_options(options, FALSE);
    g_string_append_printf(sql, " WITH %s", list);
}

static void
create_schema(PgsDdlPlan *plan, const PgsObject *object)
{
    pgs_ddl_plan_add(plan, PGS_DDL_SCHEMA, object, NULL,
                     g_strconcat("CREATE SCHEMA ", object->identity, NULL));
}

static void
create_extension(PgsDdlPlan *plan, const PgsObject *object)
{
    pgs_ddl_plan_add(plan, PGS_DDL_EXTENSION, object, "it has to be installed on the server",
                     g_strdup_printf("CREATE EXTENSION %s WITH SCHEMA %s", object->identity,
                                     pgs_ddl_value(object, "schema", "public")));
}

static void
create_enum(PgsDdlPlan *plan, const PgsObject *object)
{
    pgs_ddl_plan_add(plan, PGS_DDL_TYPE, object, NULL,
                     g_strdup_printf("CREATE TYPE %s AS ENUM (%s)", object->identity,
                                     pgs_ddl_value(object, "labels", "")));
}

static void
create_domain(PgsDdlPlan *plan, const PgsObject *object)
{
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE DOMAIN %s AS %s", object->identity,
                           pgs_ddl_value(object, "type", ""));
    const char *collation = pgs_object_get(object, "collation");
    if (collation != NULL)
        g_string_append_printf(sql, " COLLATE %s", collation);
    const char *otherwise = pgs_object_get(object, "default");
    if (otherwise != NULL)
        g_string_append_printf(sql, " DEFAULT %s", otherwise);
    if (has(object, "not-null"))
        g_string_append(sql, " NOT NULL");
    pgs_ddl_plan_add(plan, PGS_DDL_TYPE, object, NULL, g_string_free(sql, FALSE));
}

static void
create_range(PgsDdlPlan *plan, const PgsObject *object)
{
    static const struct {
        const char *attribute, *word;
    } rows[] = {{"subtype", "SUBTYPE"},           {"subtype-opclass", "SUBTYPE_OPCLASS"},
                {"collation", "COLLATION"},       {"canonical", "CANONICAL"},
                {"subtype-diff", "SUBTYPE_DIFF"}, {"multirange-type", "MULTIRANGE_TYPE_NAME"}};
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE TYPE %s AS RANGE (", object->identity);
    guint n = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *value = pgs_object_get(object, rows[i].attribute);
        if (value != NULL)
            g_string_append_printf(sql, "%s%s = %s", n++ > 0 ? ", " : "", rows[i].word, value);
    }
    g_string_append_c(sql, ')');
    pgs_ddl_plan_add(plan, PGS_DDL_TYPE, object, NULL, g_string_free(sql, FALSE));
}

static void
create_sequence(PgsDdlPlan *plan, const PgsObject *object)
{
    const char *owner = pgs_object_get(object, "owned-by");
    const PgsObject *column =
        owner != NULL ? pgs_snapshot_find(plan->to->snapshot, "column", owner) : NULL;
    if (column != NULL && has(column, "identity"))
        return; /* the column's own */
    g_autofree char *options = pgs_ddl_sequence_options(object, NULL);
    const char *type = pgs_ddl_value(object, "type", "bigint");
    gboolean usual = strcmp(type, "bigint") == 0;
    pgs_ddl_plan_add(plan, PGS_DDL_SEQUENCE, object, NULL,
                     g_strdup_printf("CREATE %sSEQUENCE %s%s%s%s%s",
                                     has(object, "persistence") ? "UNLOGGED " : "",
                                     object->identity, usual ? "" : " AS ", usual ? "" : type,
                                     *options != '\0' ? " " : "", options));
    if (owner == NULL)
        return;
    pgs_ddl_plan_add(plan, PGS_DDL_OWNED, object, NULL,
                     g_strdup_printf("ALTER SEQUENCE %s OWNED BY %s", object->identity, owner));
    if (column != NULL && pgs_snapshot_find(plan->from->snapshot, "column", owner) != NULL)
        pgs_ddl_go_on_counting(plan, column, object);
}

/* The parts of one kind that a statement names itself, in the order that list (names) says. */
static GPtrArray *
parts_in_order(const PgsDdlSide *side, const PgsObject *object, const char *kind)
{
    GPtrArray *ordered = g_ptr_array_new();
    const GPtrArray *parts = pgs_ddl_side_parts(side, object->identity);
    const char *list =
        pgs_object_get(object, strcmp(kind, "column") == 0 ? "column-order" : "attribute-order");
    /* A name may hold anything: each is looked for at the list's present place. */
    for (const char *at = list; at != NULL && *at != '\0';) {
        const PgsObject *next = NULL;
        for (guint i = 0; parts != NULL && i < parts->len && next == NULL; i++) {
            const PgsObject *part = parts->pdata[i];
            const char *name = pgs_ddl_part_name(part);
            gsize length = strlen(name);
            if (is_kind(part, kind) && strncmp(at, name, length) == 0 &&
                (at[length] == '\0' || g_str_has_prefix(at + length, ", ")))
                next = part;
        }
        if (next == NULL)
            break;
        g_ptr_array_add(ordered, (gpointer)next);
        at += strlen(pgs_ddl_part_name(next));
        at += *at == ',' ? 2 : 0;
    }
    return ordered;
}

static void
create_composite(PgsDdlPlan *plan, const PgsObject *object)
{
    g_autoptr(GPtrArray) attributes = parts_in_order(plan->to, object, "attribute");
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE TYPE %s AS (", object->identity);
    for (guint i = 0; i < attributes->len; i++) {
        g_autofree char *column = pgs_ddl_column(plan->to, attributes->pdata[i], TRUE);
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", column);
    }
    g_string_append_c(sql, ')');
    pgs_ddl_plan_add(plan, PGS_DDL_TYPE, object, NULL, g_string_free(sql, FALSE));
}

/* A default that reads the table by way of others is said when those are there. */
static void
append_columns(GString *sql, PgsDdlPlan *plan, const PgsObject *table)
{
    g_autoptr(GPtrArray) columns = parts_in_order(plan->to, table, "column");
    g_autoptr(GPtrArray) ring = pgs_ddl_ring_parts(plan->to, plan->from->snapshot, table);
    guint n = 0;
    g_string_append(sql, " (");
    for (guint i = 0; i < columns->len; i++) {
        const PgsObject *column = columns->pdata[i];
        if (pgs_ddl_comes_with_parent(plan->to, column))
            continue;
        gboolean is_in_ring = g_ptr_array_find(ring, column, NULL);
        g_autofree char *words = pgs_ddl_column(plan->to, column, !is_in_ring);
        g_string_append_printf(sql, "%s\n    %s", n++ > 0 ? "," : "", words);
        if (is_in_ring)
            pgs_ddl_set_default(plan, column);
    }
    g_string_append(sql, n > 0 ? "\n)" : ")");
}

/* A sequence that belongs to a column is told with it, not by itself. */
static void
create_owned(PgsDdlPlan *plan, const PgsObject *column)
{
    const PgsObject *sequence = g_hash_table_lookup(plan->to->sequences, column->identity);
    if (sequence != NULL &&
        pgs_snapshot_find(plan->from->snapshot, "sequence", sequence->identity) == NULL)
        pgs_ddl_create(plan, sequence);
}

/* The column of a parent that this one is inherited from; NULL: of none that is known. */
static const PgsObject *
inherited_column(const PgsDdlSide *side, const PgsObject *table, const PgsObject *column)
{
    const char *list = pgs_ddl_value(table, "partition-of", pgs_ddl_value(table, "inherits", ""));
    g_autoptr(GPtrArray) parents = pgs_words_split(list);
    const PgsObject *found = NULL;
    for (guint i = 0; i < parents->len && found == NULL; i++) {
        g_autofree char *name =
            g_strconcat(parents->pdata[i], ".", pgs_ddl_part_name(column), NULL);
        found = pgs_snapshot_find(side->snapshot, "column", name);
    }
    return found;
}

/* A partition's column may have a default of its own, or refuse NULL by itself. */
static void
add_own_words(PgsDdlPlan *plan, const PgsObject *table, const PgsObject *column)
{
    const PgsObject *above = pgs_ddl_comes_with_parent(plan->to, column)
                                 ? inherited_column(plan->to, table, column)
                                 : NULL;
    if (above == NULL)
        return;
    const char *value = pgs_object_get(column, "default");
    const char *usual = pgs_object_get(above, "default");
    if (value != NULL && g_strcmp0(value, usual) != 0)
        pgs_ddl_set_default(plan, column);
    else if (value == NULL && usual != NULL)
        pgs_ddl_plan_add(plan, PGS_DDL_DEFAULT, column, NULL,
                         g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                                         table->identity, pgs_ddl_part_name(column)));
    if (has(column, "not-null") && !has(above, "not-null"))
        pgs_ddl_plan_add(plan, PGS_DDL_DEFAULT, column, NULL,
                         g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                                         table->identity, pgs_ddl_part_name(column)));
}

/* What belongs to the table itself and has no place in its statement. */
static void
add_table_extras(PgsDdlPlan *plan, const PgsObject *table)
{
    const GPtrArray *parts = pgs_ddl_side_parts(plan->to, table->identity);
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        if (!is_kind(parts->pdata[i], "column"))
            continue;
        create_owned(plan, parts->pdata[i]);
        pgs_ddl_column_extras(plan, parts->pdata[i]);
        add_own_words(plan, table, parts->pdata[i]);
    }
    static const struct {
        const char *attribute, *words;
    } switches[] = {{"row-security", "ENABLE ROW LEVEL SECURITY"},
                    {"force-row-security", "FORCE ROW LEVEL SECURITY"}};
    for (gsize i = 0; i < G_N_ELEMENTS(switches); i++) {
        if (has(table, switches[i].attribute))
            pgs_ddl_plan_add(
                plan, PGS_DDL_TRIGGER, table, NULL,
                g_strdup_printf("ALTER TABLE %s %s", table->identity, switches[i].words));
    }
    set_attribute(plan, table, "replica-identity");
}

static void
create_table(PgsDdlPlan *plan, const PgsObject *object)
{
    const char *parent = pgs_object_get(object, "partition-of");
    const char *inherits = pgs_object_get(object, "inherits");
    const char *partition_by = pgs_object_get(object, "partition-by");
    const char *method = pgs_object_get(object, "access-method");
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE %sTABLE %s", has(object, "persistence") ? "UNLOGGED " : "",
                           object->identity);
    if (parent != NULL)
        g_string_append_printf(sql, " PARTITION OF %s %s", parent,
                               pgs_ddl_value(object, "bound", ""));
    else if (has(object, "of-type"))
        g_string_append_printf(sql, " OF %s", pgs_object_get(object, "of-type"));
    else
        append_columns(sql, plan, object);
    if (inherits != NULL)
        g_string_append_printf(sql, " INHERITS (%s)", inherits);
    if (partition_by != NULL)
        g_string_append_printf(sql, " PARTITION BY %s", partition_by);
    if (method != NULL)
        g_string_append_printf(sql, " USING %s", method);
    append_with(sql, object);
    pgs_ddl_plan_add(plan, parent != NULL || inherits != NULL ? PGS_DDL_PARTITION : PGS_DDL_TABLE,
                     object, NULL, g_string_free(sql, FALSE));
    add_table_extras(plan, object);
}

static void
create_view(PgsDdlPlan *plan, const PgsObject *object)
{
    gboolean is_stored = is_kind(object, "materialized view");
    g_autofree char *definition = g_strdup(pgs_ddl_value(object, "definition", ""));
    if (g_str_has_suffix(definition, ";"))
        definition[strlen(definition) - 1] = '\0';
    const char *method = pgs_object_get(object, "access-method");
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE %sVIEW %s", is_stored ? "MATERIALIZED " : "",
                           object->identity);
    if (method != NULL)
        g_string_append_printf(sql, " USING %s", method);
    append_with(sql, object);
    g_string_append_printf(sql, " AS\n%s%s", definition,
                           has(object, "not-populated") ? "\n WITH NO DATA" : "");
    pgs_ddl_plan_add(plan, PGS_DDL_VIEW, object, NULL, g_string_free(sql, FALSE));
}

static void
create_by_definition(PgsDdlPlan *plan, const PgsObject *object, PgsDdlRank rank)
{
    const char *definition = pgs_ddl_side_definition(plan->to, object);
    if (definition == NULL)
        return;
    char *sql = g_strdup(definition);
    g_strchomp(sql);
    if (g_str_has_suffix(sql, ";") && rank != PGS_DDL_FUNCTION)
        sql[strlen(sql) - 1] = '\0';
    pgs_ddl_plan_add(plan, rank, object, NULL, sql);
}

static void
create_function(PgsDdlPlan *plan, const PgsObject *object)
{
    create_by_definition(plan, object, PGS_DDL_FUNCTION);
}

/* pg_get_indexdef() says ON ONLY of a partitioned table's: as pg_dump needs it, which attaches the
 * partitions' own; without it the server makes those. */
static void
create_index(PgsDdlPlan *plan, const PgsObject *object)
{
    if (is_kind(object, "index"))
        set_attribute(plan, object, "clustered");
    const char *definition = pgs_ddl_side_definition(plan->to, object);
    g_autofree char *only =
        object->parent != NULL ? g_strdup_printf(" ON ONLY %s USING ", object->parent) : NULL;
    const char *at = definition != NULL && only != NULL ? strstr(definition, only) : NULL;
    if (at == NULL) {
        create_by_definition(plan, object, PGS_DDL_INDEX);
        return;
    }
    pgs_ddl_plan_add(plan, PGS_DDL_INDEX, object, NULL,
                     g_strdup_printf("%.*s ON %s", (int)(at - definition), definition,
                                     at + strlen(" ON ONLY ")));
}

static void
create_rule(PgsDdlPlan *plan, const PgsObject *object)
{
    create_by_definition(plan, object, PGS_DDL_TRIGGER);
}

static void
create_trigger(PgsDdlPlan *plan, const PgsObject *object)
{
    create_by_definition(plan, object, PGS_DDL_TRIGGER);
    static const struct {
        const char *state, *words;
    } states[] = {
        {"disabled", "DISABLE"}, {"replica", "ENABLE REPLICA"}, {"always", "ENABLE ALWAYS"}};
    const char *state = pgs_ddl_value(object, "state", "");
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        if (strcmp(state, states[i].state) == 0)
            pgs_ddl_plan_add(plan, PGS_DDL_TRIGGER, object, NULL,
                             g_strdup_printf("ALTER TABLE %s %s %s %s", object->parent,
                                             states[i].words,
                                             is_kind(object, "rule") ? "RULE" : "TRIGGER",
                                             pgs_ddl_part_name(object)));
    }
}

static void
create_constraint(PgsDdlPlan *plan, const PgsObject *object)
{
    const char *definition = pgs_ddl_side_definition(plan->to, object);
    if (definition == NULL)
        return;
    gboolean is_key = is_kind(object, "foreign key");
    pgs_ddl_plan_add(plan, is_key ? PGS_DDL_FOREIGN_KEY : PGS_DDL_CONSTRAINT, object, NULL,
                     g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s %s", object->parent,
                                     pgs_ddl_part_name(object), definition));
    if (is_kind(object, "primary key") || is_kind(object, "unique constraint"))
        set_attribute(plan, object, "clustered");
}

static void
create_domain_constraint(PgsDdlPlan *plan, const PgsObject *object)
{
    pgs_ddl_plan_add(plan, PGS_DDL_TYPE, object, NULL,
                     g_strdup_printf("ALTER DOMAIN %s ADD CONSTRAINT %s CHECK (%s)%s",
                                     object->parent, pgs_ddl_part_name(object),
                                     pgs_ddl_value(object, "expression", "true"),
                                     has(object, "not-valid") ? " NOT VALID" : ""));
}

static void
create_policy(PgsDdlPlan *plan, const PgsObject *object)
{
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE POLICY %s ON %s%s FOR %s TO %s", pgs_ddl_part_name(object),
                           object->parent, has(object, "restrictive") ? " AS RESTRICTIVE" : "",
                           pgs_ddl_value(object, "command", "ALL"),
                           pgs_ddl_value(object, "roles", "PUBLIC"));
    const char *using = pgs_object_get(object, "using");
    const char *check = pgs_object_get(object, "with-check");
    if (using != NULL)
        g_string_append_printf(sql, " USING (%s)", using);
    if (check != NULL)
        g_string_append_printf(sql, " WITH CHECK (%s)", check);
    pgs_ddl_plan_add(plan, PGS_DDL_TRIGGER, object, NULL, g_string_free(sql, FALSE));
}

static void
create_column(PgsDdlPlan *plan, const PgsObject *object)
{
    g_autofree char *column = pgs_ddl_column(plan->to, object, TRUE);
    gboolean needs_value = has(object, "not-null") && !has(object, "default") &&
                           !has(object, "generated") && !has(object, "identity");
    pgs_ddl_plan_add(plan, PGS_DDL_COLUMN, object,
                     needs_value ? "refused where the table has rows: give it a default, or fill "
                                   "it before SET NOT NULL"
                                 : NULL,
                     g_strdup_printf("ALTER TABLE %s ADD COLUMN %s", object->parent, column));
    create_owned(plan, object);
    pgs_ddl_column_extras(plan, object);
}

static void
create_attribute(PgsDdlPlan *plan, const PgsObject *object)
{
    g_autofree char *column = pgs_ddl_column(plan->to, object, TRUE);
    pgs_ddl_plan_add(plan, PGS_DDL_TYPE, object, NULL,
                     g_strdup_printf("ALTER TYPE %s ADD ATTRIBUTE %s", object->parent, column));
}

/* ---- the table of them ---- */

static const struct {
    const char *kind;
    void (*create)(PgsDdlPlan *plan, const PgsObject *object);
} creators[] = {
    {"schema", create_schema},
    {"extension", create_extension},
    {"enum type", create_enum},
    {"domain", create_domain},
    {"domain constraint", create_domain_constraint},
    {"range type", create_range},
    {"composite type", create_composite},
    {"attribute", create_attribute},
    {"sequence", create_sequence},
    {"table", create_table},
    {"column", create_column},
    {"view", create_view},
    {"materialized view", create_view},
    {"function", create_function},
    {"procedure", create_function},
    {"window function", create_function},
    {"check constraint", create_constraint},
    {"primary key", create_constraint},
    {"unique constraint", create_constraint},
    {"exclusion constraint", create_constraint},
    {"foreign key", create_constraint},
    {"index", create_index},
    {"statistics", create_index},
    {"rule", create_rule},
    {"trigger", create_trigger},
    {"policy", create_policy},
};

static void
create_one(PgsDdlPlan *plan, const PgsObject *object)
{
    for (gsize i = 0; i < G_N_ELEMENTS(creators); i++) {
        if (is_kind(object, creators[i].kind))
            creators[i].create(plan, object);
    }
}

static gboolean
is_said_by_parent(const PgsObject *part)
{
    return is_kind(part, "column") || is_kind(part, "attribute");
}

void
pgs_ddl_create(PgsDdlPlan *plan, const PgsObject *object)
{
    char *key = pgs_ddl_key(object);
    if (!g_hash_table_add(plan->made, key))
        return;
    if (is_kind(object, "not-null constraint"))
        pgs_ddl_create_not_null(plan, object);
    if (pgs_ddl_comes_with_parent(plan->to, object))
        return;
    create_one(plan, object);
    pgs_ddl_words(plan, object);
    const GPtrArray *parts = pgs_ddl_side_parts(plan->to, object->identity);
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const PgsObject *part = parts->pdata[i];
        if (!is_said_by_parent(part))
            pgs_ddl_create(plan, part);
        else if (g_hash_table_add(plan->made, pgs_ddl_key(part)))
            pgs_ddl_words(plan, part);
    }
}
