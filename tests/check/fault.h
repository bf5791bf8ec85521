#ifndef PGS_TESTS_CHECK_FAULT_H
#define PGS_TESTS_CHECK_FAULT_H

#include "fault_render.h"

/*
 * Every change of one attribute of an object, as DDL, from nothing but the object's attributes in a
 * snapshot.  Some of it the server will refuse (NOT NULL of a primary key's column cannot be
 * dropped); that is for who plants it to find out.
 */

typedef struct {
    char *what;     /* "on-delete: CASCADE", "dropped" */
    char *sql;      /* one or more statements */
    gboolean names; /* it only matters to those who know the object by its name */
} PgsFault;

static inline void
pgs_fault_free(gpointer data)
{
    PgsFault *fault = data;
    g_free(fault->what);
    g_free(fault->sql);
    g_free(fault);
}

/* Takes sql over; NULL: nothing is added, and NULL returned. */
static inline PgsFault *
pgs_faults_add(GPtrArray *faults, const char *what, char *sql)
{
    if (sql == NULL)
        return NULL;
    PgsFault *fault = g_new0(PgsFault, 1);
    fault->what = g_strdup(what);
    fault->sql = sql;
    g_ptr_array_add(faults, fault);
    return fault;
}

/* ---- Statements that need no more than the object's names ---- */

/*
 * {I}: its identity, {T}: its table's, {N}: its own name, {V}: another default, {Y}: another type,
 * {X}: text when that is another one, {K}: its type when that can have a collation, {G}: "IDENTITY"
 * when it can be one, {D}: its type, {F}: its first column, {C}: its columns, {L}: its identity as
 * a literal.  has, lacks: only of objects with (without) that attribute; names: only when
 * expectations know it by its name.
 */
static const struct {
    const char *kind, *what, *sql, *has, *lacks;
    gboolean names;
} pgs_fault_templates[] = {
    {"table", "dropped", "DROP TABLE {I} CASCADE", NULL, NULL, FALSE},
    {"table", "renamed", "ALTER TABLE {I} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"table", "moved", "CREATE SCHEMA pgs_fault; ALTER TABLE {I} SET SCHEMA pgs_fault", NULL, NULL,
     TRUE},
    /* By its catalog: a table that others refer to cannot become UNLOGGED. */
    {"table", "unlogged",
     "UPDATE pg_catalog.pg_class SET relpersistence = 'u' WHERE oid = {L}::pg_catalog.regclass",
     NULL, "persistence", FALSE},
    {"table", "row security", "ALTER TABLE {I} ENABLE ROW LEVEL SECURITY", NULL, "row-security",
     FALSE},
    {"table", "forced row security", "ALTER TABLE {I} FORCE ROW LEVEL SECURITY", NULL,
     "force-row-security", FALSE},
    {"table", "options: fillfactor", "ALTER TABLE {I} SET (fillfactor = 71)", NULL, "options",
     FALSE},
    {"table", "a parent",
     "CREATE TABLE public.pgs_fault (); ALTER TABLE {I} INHERIT public.pgs_fault", NULL, "inherits",
     FALSE},
    {"table", "a partition",
     "CREATE TABLE public.pgs_fault (LIKE {I}) PARTITION BY LIST ({F}); ALTER TABLE "
     "public.pgs_fault ATTACH PARTITION {I} DEFAULT",
     NULL, "partition-of", FALSE},
    {"table", "another access method",
     "CREATE ACCESS METHOD pgs_fault TYPE TABLE HANDLER pg_catalog.heap_tableam_handler; UPDATE "
     "pg_catalog.pg_class SET relam = (SELECT oid FROM pg_catalog.pg_am WHERE amname = "
     "'pgs_fault') WHERE oid = {L}::pg_catalog.regclass",
     NULL, "access-method", FALSE},
    {"column", "dropped", "ALTER TABLE {T} DROP COLUMN {N} CASCADE", NULL, NULL, FALSE},
    {"column", "renamed", "ALTER TABLE {T} RENAME COLUMN {N} TO pgs_fault", NULL, NULL, TRUE},
    {"column", "nullable", "ALTER TABLE {T} ALTER COLUMN {N} DROP NOT NULL", "not-null", NULL,
     FALSE},
    {"column", "not nullable", "ALTER TABLE {T} ALTER COLUMN {N} SET NOT NULL", NULL, "not-null",
     FALSE},
    {"column", "default dropped", "ALTER TABLE {T} ALTER COLUMN {N} DROP DEFAULT", "default", NULL,
     FALSE},
    {"column", "default: {V}", "ALTER TABLE {T} ALTER COLUMN {N} SET DEFAULT {V}", NULL,
     "generated", FALSE},
    {"column", "type: {Y}", "ALTER TABLE {T} ALTER COLUMN {N} TYPE {Y} USING NULL", NULL, NULL,
     FALSE},
    {"column", "type: {X}", "ALTER TABLE {T} ALTER COLUMN {N} TYPE {X} USING NULL", NULL, NULL,
     FALSE},
    {"column", "collation: C", "ALTER TABLE {T} ALTER COLUMN {N} TYPE {K} COLLATE \"C\"", NULL,
     "collation", FALSE},
    {"column", "identity", "ALTER TABLE {T} ALTER COLUMN {N} ADD GENERATED ALWAYS AS {G}",
     "not-null", "default", FALSE},
    {"column", "options", "ALTER TABLE {T} ALTER COLUMN {N} SET (n_distinct = 5)", NULL, "options",
     FALSE},
    {"column", "generated",
     "ALTER TABLE {T} DROP COLUMN {N} CASCADE; ALTER TABLE {T} ADD COLUMN {N} {D} GENERATED ALWAYS "
     "AS (NULL) STORED",
     NULL, "not-null", FALSE},
    {"primary key", "dropped", "ALTER TABLE {T} DROP CONSTRAINT {N} CASCADE", NULL, NULL, FALSE},
    {"primary key", "renamed", "ALTER TABLE {T} RENAME CONSTRAINT {N} TO pgs_fault", NULL, NULL,
     TRUE},
    {"primary key", "replaced by a unique constraint",
     "ALTER TABLE {T} DROP CONSTRAINT {N} CASCADE; ALTER TABLE {T} ADD CONSTRAINT {N} UNIQUE "
     "({C})",
     NULL, NULL, FALSE},
    {"unique constraint", "dropped", "ALTER TABLE {T} DROP CONSTRAINT {N} CASCADE", NULL, NULL,
     FALSE},
    {"unique constraint", "renamed", "ALTER TABLE {T} RENAME CONSTRAINT {N} TO pgs_fault", NULL,
     NULL, TRUE},
    {"unique constraint", "replaced by an index that is not unique",
     "ALTER TABLE {T} DROP CONSTRAINT {N} CASCADE; CREATE INDEX {N} ON {T} ({C})", NULL, NULL,
     FALSE},
    {"unique constraint", "replaced by a partial index",
     "ALTER TABLE {T} DROP CONSTRAINT {N} CASCADE; CREATE UNIQUE INDEX {N} ON {T} ({C}) WHERE 1 = "
     "0",
     NULL, NULL, FALSE},
    {"foreign key", "dropped", "ALTER TABLE {T} DROP CONSTRAINT {N}", NULL, NULL, FALSE},
    {"foreign key", "renamed", "ALTER TABLE {T} RENAME CONSTRAINT {N} TO pgs_fault", NULL, NULL,
     TRUE},
    {"foreign key", "its triggers disabled", "ALTER TABLE {T} DISABLE TRIGGER ALL", NULL, NULL,
     FALSE},
    {"check constraint", "dropped", "ALTER TABLE {T} DROP CONSTRAINT {N}", NULL, NULL, FALSE},
    {"check constraint", "renamed", "ALTER TABLE {T} RENAME CONSTRAINT {N} TO pgs_fault", NULL,
     NULL, TRUE},
    {"index", "dropped", "DROP INDEX {I} CASCADE", NULL, NULL, FALSE},
    {"index", "renamed", "ALTER INDEX {I} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"index", "invalid",
     "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = "
     "{L}::pg_catalog.regclass",
     NULL, NULL, FALSE},
    {"enum type", "dropped", "DROP TYPE {I} CASCADE", NULL, NULL, FALSE},
    {"enum type", "renamed", "ALTER TYPE {I} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"enum type", "a label added", "ALTER TYPE {I} ADD VALUE 'pgs_fault'", NULL, NULL, FALSE},
    {"enum type", "a label added in front",
     "UPDATE pg_catalog.pg_enum SET enumsortorder = enumsortorder + 1000 WHERE enumtypid = "
     "{L}::pg_catalog.regtype; INSERT INTO pg_catalog.pg_enum VALUES (99999, "
     "{L}::pg_catalog.regtype, 1, 'pgs_fault')",
     NULL, NULL, FALSE},
    {"enum type", "the last label removed",
     "DELETE FROM pg_catalog.pg_enum WHERE enumtypid = {L}::pg_catalog.regtype AND enumsortorder = "
     "(SELECT max(enumsortorder) FROM pg_catalog.pg_enum WHERE enumtypid = "
     "{L}::pg_catalog.regtype)",
     NULL, NULL, FALSE},
    {"enum type", "the first label moved to the end",
     "UPDATE pg_catalog.pg_enum SET enumsortorder = 1000 WHERE enumtypid = "
     "{L}::pg_catalog.regtype AND enumsortorder = (SELECT min(enumsortorder) FROM "
     "pg_catalog.pg_enum WHERE enumtypid = {L}::pg_catalog.regtype)",
     NULL, NULL, FALSE},
    {"enum type", "a label renamed",
     "UPDATE pg_catalog.pg_enum SET enumlabel = enumlabel || 's' WHERE enumtypid = "
     "{L}::pg_catalog.regtype AND enumsortorder = (SELECT max(enumsortorder) FROM "
     "pg_catalog.pg_enum WHERE enumtypid = {L}::pg_catalog.regtype)",
     NULL, NULL, FALSE},
    {"trigger", "dropped", "DROP TRIGGER {N} ON {T}", NULL, NULL, FALSE},
    {"trigger", "renamed", "ALTER TRIGGER {N} ON {T} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"trigger", "disabled", "ALTER TABLE {T} DISABLE TRIGGER {N}", NULL, NULL, FALSE},
    {"trigger", "enabled for replicas only", "ALTER TABLE {T} ENABLE REPLICA TRIGGER {N}", NULL,
     NULL, FALSE},
    {"trigger", "enabled always", "ALTER TABLE {T} ENABLE ALWAYS TRIGGER {N}", NULL, NULL, FALSE},
    {"function", "dropped", "DROP FUNCTION {I} CASCADE", NULL, NULL, FALSE},
    {"function", "renamed", "ALTER FUNCTION {I} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"function", "immutable", "ALTER FUNCTION {I} IMMUTABLE", NULL, "volatility", FALSE},
    {"function", "volatile", "ALTER FUNCTION {I} VOLATILE", "volatility", NULL, FALSE},
    {"function", "security definer", "ALTER FUNCTION {I} SECURITY DEFINER", NULL,
     "security-definer", FALSE},
    {"function", "strict", "ALTER FUNCTION {I} STRICT", NULL, "strict", FALSE},
    {"function", "leakproof", "ALTER FUNCTION {I} LEAKPROOF", NULL, "leakproof", FALSE},
    {"function", "parallel safe", "ALTER FUNCTION {I} PARALLEL SAFE", NULL, "parallel", FALSE},
    {"function", "a setting", "ALTER FUNCTION {I} SET work_mem = '1MB'", NULL, "settings", FALSE},
    {"view", "dropped", "DROP VIEW {I} CASCADE", NULL, NULL, FALSE},
    {"view", "renamed", "ALTER VIEW {I} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"view", "a barrier", "ALTER VIEW {I} SET (security_barrier)", NULL, "options", FALSE},
    {"materialized view", "dropped", "DROP MATERIALIZED VIEW {I} CASCADE", NULL, NULL, FALSE},
    {"sequence", "dropped", "DROP SEQUENCE {I} CASCADE", NULL, NULL, FALSE},
    {"sequence", "renamed", "ALTER SEQUENCE {I} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"sequence", "increment: 2", "ALTER SEQUENCE {I} INCREMENT 2", NULL, NULL, FALSE},
    {"sequence", "start: 7", "ALTER SEQUENCE {I} START 7", NULL, NULL, FALSE},
    {"sequence", "minimum: -5", "ALTER SEQUENCE {I} MINVALUE -5", NULL, NULL, FALSE},
    {"sequence", "maximum: 9", "ALTER SEQUENCE {I} MAXVALUE 9", NULL, NULL, FALSE},
    {"sequence", "type: smallint", "ALTER SEQUENCE {I} AS smallint", NULL, NULL, FALSE},
    {"sequence", "cycle", "ALTER SEQUENCE {I} CYCLE", NULL, "cycle", FALSE},
    {"sequence", "owned by none", "ALTER SEQUENCE {I} OWNED BY NONE", "owned-by", NULL, FALSE},
    {"domain", "dropped", "DROP DOMAIN {I} CASCADE", NULL, NULL, FALSE},
    {"extension", "dropped", "DROP EXTENSION {I} CASCADE", NULL, NULL, FALSE},
    {"schema", "dropped", "DROP SCHEMA {I} CASCADE", NULL, NULL, FALSE},
    {"schema", "renamed", "ALTER SCHEMA {I} RENAME TO pgs_fault", NULL, NULL, TRUE},
    {"policy", "dropped", "DROP POLICY {N} ON {T}", NULL, NULL, FALSE},
};

/* Another type for a column of a type that begins so, and a default that it can have. */
static const struct {
    const char *prefix, *other, *value;
} pgs_fault_types[] = {
    {"character varying", "character varying(77)", "'pgs_fault'"},
    {"text", "character varying(77)", "'pgs_fault'"},
    {"integer", "bigint", "7"},
    {"bigint", "integer", "7"},
    {"smallint", "integer", "7"},
    {"numeric", "numeric(7,1)", "7"},
    {"uuid", "bytea", "'00000000-0000-0000-0000-000000000007'"},
    {"boolean", "integer", "NULL::boolean IS NOT NULL"},
    {"timestamp(", "timestamp(1) with time zone", "'2001-02-03'"},
    {"timestamp without", "timestamp with time zone", "'2001-02-03'"},
    {"timestamp with", "timestamp without time zone", "'2001-02-03'"},
    {"date", "timestamp without time zone", "'2001-02-03'"},
    {"jsonb", "json", "'{\"pgs\": 1}'"},
    {"json", "jsonb", "'{\"pgs\": 1}'"},
};

static inline void
pgs_fault_type(const PgsSnapshot *snapshot, const PgsObject *column, char **other, char **value)
{
    const char *type = pgs_object_get(column, "type");
    *other = *value = NULL;
    for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(pgs_fault_types); i++) {
        if (!g_str_has_prefix(type, pgs_fault_types[i].prefix))
            continue;
        *other = g_strdup(pgs_fault_types[i].other);
        *value = g_strdup(pgs_fault_types[i].value);
        return;
    }
    const PgsObject *labels = type != NULL ? pgs_snapshot_find(snapshot, "enum type", type) : NULL;
    if (labels == NULL)
        return;
    /* The last label: a default is seldom that. */
    const char *all = pgs_object_get(labels, "labels");
    const char *last = g_strrstr(all, ", '");
    *value = g_strdup(last != NULL ? last + 2 : all);
}

/* The text with its placeholders filled; NULL: one of them has nothing to say here. */
static inline char *
pgs_fault_fill(const PgsSnapshot *snapshot, const PgsObject *object, const char *text)
{
    g_autofree char *other = NULL;
    g_autofree char *value = NULL;
    pgs_fault_type(snapshot, object, &other, &value);
    g_autofree char *literal = pgs_render_literal(object->identity);
    const char *type = pgs_object_get(object, "type");
    gboolean is_text =
        type != NULL && (strcmp(type, "text") == 0 || g_str_has_prefix(type, "character"));
    gboolean is_integer =
        type != NULL && (strcmp(type, "bigint") == 0 || strcmp(type, "integer") == 0);
    const char *order = pgs_object_get(object, "column-order");
    g_autofree char *first = order != NULL ? g_strndup(order, strcspn(order, ",")) : NULL;
    const struct {
        char letter;
        const char *text;
    } fields[] = {
        {'I', object->identity},
        {'T', object->parent},
        {'N', pgs_render_own_name(object)},
        {'V', value},
        {'Y', other},
        {'X', g_strcmp0(type, "text") != 0 ? "text" : NULL},
        {'K', is_text ? type : NULL},
        {'G', is_integer ? "IDENTITY" : NULL},
        {'L', literal},
        {'C', pgs_object_get(object, "columns")},
        {'D', type},
        {'F', first},
    };
    g_autoptr(GString) out = g_string_new(NULL);
    for (; *text != '\0'; text++) {
        const char *field = NULL;
        gboolean is_field = text[0] == '{' && g_ascii_isupper(text[1]) && text[2] == '}';
        for (gsize i = 0; is_field && i < G_N_ELEMENTS(fields); i++) {
            if (fields[i].letter == text[1])
                field = fields[i].text;
        }
        if (is_field && field == NULL)
            return NULL;
        if (is_field) {
            g_string_append(out, field);
            text += 2;
        } else {
            g_string_append_c(out, *text);
        }
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static inline void
pgs_faults_add_templates(GPtrArray *faults, const PgsSnapshot *snapshot, const PgsObject *object)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pgs_fault_templates); i++) {
        const char *has = pgs_fault_templates[i].has, *lacks = pgs_fault_templates[i].lacks;
        if (strcmp(pgs_fault_templates[i].kind, object->kind) != 0 ||
            (has != NULL && pgs_object_get(object, has) == NULL) ||
            (lacks != NULL && pgs_object_get(object, lacks) != NULL))
            continue;
        g_autofree char *what = pgs_fault_fill(snapshot, object, pgs_fault_templates[i].what);
        PgsFault *fault =
            what != NULL
                ? pgs_faults_add(faults, what,
                                 pgs_fault_fill(snapshot, object, pgs_fault_templates[i].sql))
                : NULL;
        if (fault != NULL)
            fault->names = pgs_fault_templates[i].names;
    }
}

/* ---- The object made anew with one attribute that differs ---- */

/* Constant values; "-": without the attribute. */
static const struct {
    const char *kind, *attribute, *value;
} pgs_fault_values[] = {
    {"primary key", "deferrable", "true"},
    {"primary key", "options", "fillfactor=71"},
    {"unique constraint", "options", "fillfactor=71"},
    {"unique constraint", "deferrable", "true"},
    {"unique constraint", "nulls-not-distinct", "true"},
    {"foreign key", "on-delete", "NO ACTION"},
    {"foreign key", "on-delete", "RESTRICT"},
    {"foreign key", "on-delete", "CASCADE"},
    {"foreign key", "on-delete", "SET NULL"},
    {"foreign key", "on-delete", "SET DEFAULT"},
    {"foreign key", "on-update", "NO ACTION"},
    {"foreign key", "on-update", "RESTRICT"},
    {"foreign key", "on-update", "CASCADE"},
    {"foreign key", "on-update", "SET NULL"},
    {"foreign key", "on-update", "SET DEFAULT"},
    {"foreign key", "match", "FULL"},
    {"foreign key", "deferrable", "true"},
    {"foreign key", "initially-deferred", "true"},
    {"foreign key", "not-valid", "true"},
    {"check constraint", "not-valid", "true"},
    {"check constraint", "no-inherit", "true"},
    {"index", "unique", "true"},
    {"index", "unique", "-"},
    {"index", "predicate", "-"},
    {"index", "predicate", "1 = 0"},
    {"index", "method", "hash"},
    {"index", "method", "brin"},
    {"index", "nulls-not-distinct", "true"},
    {"index", "options", "fillfactor=71"},
    {"trigger", "timing", "BEFORE"},
    {"trigger", "timing", "AFTER"},
    {"trigger", "events", "INSERT"},
    {"trigger", "events", "DELETE"},
    {"trigger", "events", "INSERT, UPDATE"},
    {"trigger", "for-each", "ROW"},
    {"trigger", "for-each", "STATEMENT"},
    {"trigger", "when", "1 = 0"},
    {"trigger", "when", "-"},
    {"trigger", "function", "pg_catalog.suppress_redundant_updates_trigger"},
    {"trigger", "arguments", "'pgs_fault'"},
    {"function", "body", "BEGIN RETURN NULL; END"},
    {"function", "body", "BEGIN RETURN NEW; END"},
};

static inline void
pgs_faults_add_variant(GPtrArray *faults, const PgsObject *object, const char *attribute,
                       const char *value)
{
    const char *has = pgs_object_get(object, attribute);
    if (g_strcmp0(has, value) == 0)
        return;
    g_autofree char *what = g_strdup_printf("%s: %s", attribute, value != NULL ? value : "(none)");
    pgs_faults_add(faults, what, pgs_render(object, attribute, value));
}

static inline void
pgs_faults_add_values(GPtrArray *faults, const PgsObject *object)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pgs_fault_values); i++) {
        const char *value = pgs_fault_values[i].value;
        if (strcmp(pgs_fault_values[i].kind, object->kind) == 0)
            pgs_faults_add_variant(faults, object, pgs_fault_values[i].attribute,
                                   strcmp(value, "-") == 0 ? NULL : value);
    }
}

/* The columns of the object's table that are not among its own. */
static inline GPtrArray *
pgs_fault_other_columns(const PgsSnapshot *snapshot, const PgsObject *object)
{
    GPtrArray *others = g_ptr_array_new();
    const char *listed = pgs_object_get(object, "columns");
    g_auto(GStrv) own = g_strsplit(listed != NULL ? listed : "", ", ", -1);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *column = pgs_snapshot_object(snapshot, i);
        if (strcmp(column->kind, "column") == 0 && g_strcmp0(column->parent, object->parent) == 0 &&
            !g_strv_contains((const char *const *)own, pgs_render_own_name(column)))
            g_ptr_array_add(others, (gpointer)column);
    }
    return others;
}

static inline char *
pgs_fault_reversed(const char *list)
{
    g_auto(GStrv) items = g_strsplit(list, ", ", -1);
    GString *out = g_string_new(NULL);
    for (guint i = g_strv_length(items); i > 0; i--)
        g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", items[i - 1]);
    return g_string_free(out, FALSE);
}

/* Keys: one column more, another instead, one less, in another order. */
static inline void
pgs_faults_add_columns(GPtrArray *faults, const PgsSnapshot *snapshot, const PgsObject *object)
{
    static const char *const kinds[] = {"primary key", "unique constraint", "index", NULL};
    const char *columns = pgs_object_get(object, "columns");
    if (!g_strv_contains(kinds, object->kind) || columns == NULL)
        return;
    g_autoptr(GPtrArray) others = pgs_fault_other_columns(snapshot, object);
    for (guint i = 0; i < MIN(others->len, 2); i++) {
        const char *other = pgs_render_own_name(g_ptr_array_index(others, i));
        g_autofree char *more = g_strdup_printf("%s, %s", columns, other);
        pgs_faults_add_variant(faults, object, "columns", more);
        pgs_faults_add_variant(faults, object, "columns", other);
        pgs_faults_add_variant(faults, object, "include", other);
    }
    g_autofree char *reversed = pgs_fault_reversed(columns);
    pgs_faults_add_variant(faults, object, "columns", reversed);
    const char *comma = g_strrstr(columns, ", ");
    g_autofree char *less = comma != NULL ? g_strndup(columns, (gsize)(comma - columns)) : NULL;
    if (less != NULL)
        pgs_faults_add_variant(faults, object, "columns", less);
    static const char *const orders[] = {" DESC", " NULLS FIRST"};
    for (gsize i = 0; strcmp(object->kind, "index") == 0 && i < G_N_ELEMENTS(orders); i++) {
        g_autofree char *ordered = g_strconcat(columns, orders[i], NULL);
        pgs_faults_add_variant(faults, object, "columns", ordered);
    }
}

/* It fires for one column only. */
static inline void
pgs_faults_add_trigger_columns(GPtrArray *faults, const PgsSnapshot *snapshot,
                               const PgsObject *object)
{
    if (strcmp(object->kind, "trigger") != 0)
        return;
    g_autoptr(GPtrArray) columns = pgs_fault_other_columns(snapshot, object);
    if (columns->len > 0)
        pgs_faults_add_variant(faults, object, "columns",
                               pgs_render_own_name(g_ptr_array_index(columns, 0)));
}

/* Each number one more, each text one letter longer. */
static inline void
pgs_faults_add_literals(GPtrArray *faults, const PgsObject *object, const char *attribute)
{
    const char *text = pgs_object_get(object, attribute);
    gboolean is_quoted = FALSE;
    for (const char *at = text; *at != '\0'; at++) {
        g_autofree char *changed = NULL;
        if (*at == '\'' && is_quoted && at[1] != '\'')
            changed = g_strdup_printf("%.*sx%s", (int)(at - text), text, at);
        gboolean is_number =
            !is_quoted && g_ascii_isdigit(*at) &&
            (at == text || (!g_ascii_isalnum(at[-1]) && at[-1] != '_' && at[-1] != '.'));
        char *end = NULL;
        if (is_number) {
            guint64 number = g_ascii_strtoull(at, &end, 10);
            changed = g_strdup_printf("%.*s%" G_GUINT64_FORMAT "%s", (int)(at - text), text,
                                      number + 1, end);
        }
        if (changed != NULL)
            pgs_faults_add_variant(faults, object, attribute, changed);
        if (*at == '\'')
            is_quoted = !is_quoted;
        if (end != NULL)
            at = end - 1;
    }
}

static inline void
pgs_faults_add_expressions(GPtrArray *faults, const PgsObject *object)
{
    static const struct {
        const char *kind, *attribute;
    } rows[] = {{"check constraint", "expression"},
                {"index", "predicate"},
                {"trigger", "when"},
                {"policy", "using"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *text = pgs_object_get(object, rows[i].attribute);
        if (strcmp(rows[i].kind, object->kind) != 0 || text == NULL)
            continue;
        g_autofree char *widened = g_strdup_printf("(%s) OR 1 = 1", text);
        g_autofree char *narrowed = g_strdup_printf("(%s) AND 1 = 0", text);
        g_autofree char *reversed = g_strdup_printf("NOT (%s)", text);
        pgs_faults_add_variant(faults, object, rows[i].attribute, widened);
        pgs_faults_add_variant(faults, object, rows[i].attribute, narrowed);
        pgs_faults_add_variant(faults, object, rows[i].attribute, reversed);
        pgs_faults_add_literals(faults, object, rows[i].attribute);
    }
}

/* Another table with a key of the same type, and another column of the type of the first. */
static inline void
pgs_faults_add_targets(GPtrArray *faults, const PgsSnapshot *snapshot, const PgsObject *object)
{
    if (strcmp(object->kind, "foreign key") != 0)
        return;
    const char *references = pgs_object_get(object, "references");
    g_autofree char *target = g_strndup(references, strcspn(references, " "));
    guint n = 0;
    for (guint i = 0; n < 2 && i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *key = pgs_snapshot_object(snapshot, i);
        if (strcmp(key->kind, "primary key") != 0 || strcmp(key->parent, target) == 0 ||
            strchr(pgs_object_get(key, "columns"), ',') != NULL)
            continue;
        g_autofree char *other =
            g_strdup_printf("%s (%s)", key->parent, pgs_object_get(key, "columns"));
        pgs_faults_add_variant(faults, object, "references", other);
        n++;
    }
    g_autoptr(GPtrArray) columns = pgs_fault_other_columns(snapshot, object);
    for (guint i = 0; i < columns->len; i++) {
        const PgsObject *column = g_ptr_array_index(columns, i);
        if (g_strcmp0(pgs_object_get(column, "type"), "uuid") != 0)
            continue;
        pgs_faults_add_variant(faults, object, "columns", pgs_render_own_name(column));
        break;
    }
}

/* All of them (PgsFault). */
static inline GPtrArray *
pgs_faults_of(const PgsSnapshot *snapshot, const PgsObject *object)
{
    GPtrArray *faults = g_ptr_array_new_with_free_func(pgs_fault_free);
    pgs_faults_add_templates(faults, snapshot, object);
    pgs_faults_add_values(faults, object);
    pgs_faults_add_columns(faults, snapshot, object);
    pgs_faults_add_trigger_columns(faults, snapshot, object);
    pgs_faults_add_expressions(faults, object);
    pgs_faults_add_targets(faults, snapshot, object);
    if (strcmp(object->kind, "view") == 0) {
        g_autofree char *definition = g_strdup(pgs_object_get(object, "definition"));
        g_strdelimit(definition, ";", ' ');
        g_autofree char *other = g_strdup_printf("SELECT * FROM (%s) AS q WHERE 1 = 0", definition);
        pgs_faults_add_variant(faults, object, "definition", other);
    }
    return faults;
}

/* What makes a thing that must not be there; NULL: it is not known how. */
static inline PgsFault *
pgs_fault_of_absence(const PgsSnapshot *snapshot, const PgsExpectation *absent)
{
    static const struct {
        const char *kind, *sql; /* %N: the name as it is expected, %T: the relation's */
    } rows[] = {
        {"table", "CREATE TABLE %N ()"},
        {"column", "ALTER TABLE %T ADD COLUMN %N integer"},
        {"constraint", "ALTER TABLE %T ADD CONSTRAINT %N CHECK (true)"},
        {"enum type", "CREATE TYPE %N AS ENUM ('a')"},
        {"view", "CREATE VIEW %N AS SELECT 1"},
        {"sequence", "CREATE SEQUENCE %N"},
        {"schema", "CREATE SCHEMA %N"},
        {"extension", "CREATE EXTENSION %N"},
        {"function", "CREATE FUNCTION %N RETURNS integer LANGUAGE sql AS 'SELECT 1'"},
        {"index",
         "CREATE TABLE public.pgs_fault (a integer); CREATE INDEX %O ON public.pgs_fault (a)"},
        {"trigger", "CREATE TRIGGER %N BEFORE UPDATE ON %T FOR EACH ROW EXECUTE FUNCTION "
                    "pg_catalog.suppress_redundant_updates_trigger()"},
        /* A table to refer to, whose key has the column's type. */
        {"foreign key",
         "CREATE TABLE public.pgs_fault (a %Y PRIMARY KEY); ALTER TABLE %T ADD FOREIGN KEY "
         "(%C) REFERENCES public.pgs_fault (a)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].kind, absent->kind) != 0)
            continue;
        const char *columns = NULL;
        pgs_expectation_get(absent, "columns", &columns);
        g_autofree char *identity =
            columns != NULL ? g_strdup_printf("%s.%s", absent->relation, columns) : NULL;
        const PgsObject *column =
            identity != NULL ? pgs_snapshot_find(snapshot, "column", identity) : NULL;
        const char *dot = absent->name != NULL ? strrchr(absent->name, '.') : NULL;
        const char *const fields[] = {
            "%N", absent->name,
            "%T", absent->relation,
            "%C", columns,
            "%Y", column != NULL ? pgs_object_get(column, "type") : "text",
            "%O", dot != NULL ? dot + 1 : absent->name,
            NULL};
        char *sql = g_strdup(rows[i].sql);
        for (const char *const *field = fields; *field != NULL; field += 2) {
            g_auto(GStrv) parts = g_strsplit(sql, field[0], -1);
            g_free(sql);
            sql = g_strjoinv(field[1] != NULL ? field[1] : "", parts);
        }
        PgsFault *fault = g_new0(PgsFault, 1);
        fault->what = g_strdup("created");
        fault->sql = sql;
        return fault;
    }
    return NULL;
}

#endif
