#include "project/expect_part.h"

#include "project/names.h"
#include "project/short_form.h"

/* ---- Primary key, unique rules ---- */

static const PgsField primary_key_fields[] = {
    {"name", &pgs_shape_text, "The constraint's name.", .read = pgs_read_part_name},
    {"columns", &pgs_shape_texts, "Its columns, in their order.",
     .read = pgs_read_attribute_columns, .detail = "columns"},
    PGS_INCLUDE_FIELD,
    PGS_DEFERRABLE_FIELDS,
    PGS_OPTIONS_FIELD,
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};
static const PgsShape primary_key_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "primary key",
    .doc = "The table's primary key; short: its columns.",
    .example = "primary-key: [canvas_id, order]\n",
    .fields = primary_key_fields,
};
static const PgsShape *const primary_key_choices[] = {&pgs_shape_text, &pgs_shape_text_list,
                                                      &primary_key_record, NULL};
const PgsShape pgs_shape_primary_key = {.type = PGS_SHAPE_CHOICE, .choices = primary_key_choices};

gboolean
pgs_read_primary_key(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                     G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    static const PgsField list = {.detail = "columns"};
    PgsReading *reading = context;
    PgsExpectation *key =
        pgs_reading_expect(reading, "primary key", reading->relation, NULL, value);
    if (value->type == PGS_NODE_MAPPING)
        return pgs_fields_read(primary_key_fields, value, key, reading, error);
    return pgs_read_attribute_columns(value, &list, key, reading, error);
}

static const char *const unique_kinds[] = {"any", "constraint", "index", NULL};
static const PgsShape unique_kind = {.type = PGS_SHAPE_TEXT, .words = unique_kinds};

/* An index has its schema in its name, the table's, and no relation's name before it. */
static void
make_unique_index(PgsExpectation *rule)
{
    rule->kind = g_intern_string("index");
    pgs_expectation_set(rule, "unique", "true");
    pgs_expectation_set(rule, "predicate", NULL);
    if (rule->name == NULL)
        return;
    g_autofree char *schema = pgs_name_schema(rule->relation);
    g_autofree char *plain = g_steal_pointer(&rule->name);
    rule->name = g_strdup_printf("%s.%s", schema, plain);
}

/* "name" is read before. */
static gboolean
read_unique_kind(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                 G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsExpectation *rule = target;
    if (g_ascii_strcasecmp(value->text, "constraint") == 0)
        rule->kind = g_intern_string("unique constraint");
    else if (g_ascii_strcasecmp(value->text, "index") == 0)
        make_unique_index(rule);
    return TRUE;
}

static const PgsField unique_fields[] = {
    {"name", &pgs_shape_text, "Its name.", .early = TRUE, .read = pgs_read_part_name},
    {"columns", &pgs_shape_texts, "Its columns, in their order.",
     .read = pgs_read_attribute_columns, .detail = "columns"},
    {"as", &unique_kind, "Whether it has to be a constraint, or an index that is none.",
     .standard = "`any`", .read = read_unique_kind},
    PGS_INCLUDE_FIELD,
    PGS_NULLS_FIELD,
    PGS_DEFERRABLE_FIELDS,
    PGS_OPTIONS_FIELD,
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};
static const PgsShape unique_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "unique rule",
    .doc = "A rule that values, or combinations of them, do not repeat: a unique constraint, or a "
           "unique index over all rows. Short: a list of its columns. Rules are a list, or a "
           "mapping by their names.",
    .example = "unique:\n  - [canvas_id, order]\n"
               "  - {name: uq_users_email, columns: [email], as: constraint}\n",
    .fields = unique_fields,
};
static const PgsShape *const unique_choices[] = {&pgs_shape_text_list, &unique_record, NULL};
static const PgsShape unique = {
    .type = PGS_SHAPE_CHOICE,
    .choices = unique_choices,
    .doc = "[[a, b]] is one rule over both columns, [[a], [b]] are two rules"};
static const PgsShape unique_list = {.type = PGS_SHAPE_LIST, .element = &unique};
static const PgsShape unique_map = {.type = PGS_SHAPE_MAP, .element = &unique, .key_name = "name"};
static const PgsShape *const uniques_choices[] = {&unique_list, &unique_map, NULL};
const PgsShape pgs_shape_uniques = {.type = PGS_SHAPE_CHOICE, .choices = uniques_choices};

/* Without columns a rule or key is known by its name. */
static gboolean
check_known(const PgsExpectation *expectation, const PgsNode *node, GError **error)
{
    if (expectation->name != NULL || pgs_expectation_get(expectation, "columns", NULL))
        return TRUE;
    return pgs_node_error(node, PGS_CONFIG_ERROR_KEY, error, "add \"columns\" or \"name\"",
                          "nothing says which %s this is", expectation->kind);
}

gboolean
pgs_read_uniques(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                 G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    static const PgsField list = {.detail = "columns"};
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        PgsExpectation *rule = pgs_expect_part(context, "unique rule", entry);
        gboolean is_read =
            entry.value->type == PGS_NODE_MAPPING
                ? pgs_fields_read(unique_fields, entry.value, rule, context, error)
                : pgs_read_attribute_columns(entry.value, &list, rule, context, error);
        if (!is_read || !check_known(rule, entry.value, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- Foreign keys ---- */

static gboolean
read_references(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                gpointer context, GError **error)
{
    return pgs_short_references(value, ((PgsReading *)context)->schema, target, error);
}

static const char *const matches[] = {"simple", "full", "partial", "any", NULL};
static const PgsShape match = {.type = PGS_SHAPE_TEXT, .words = matches};

static gboolean
read_match(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
           GError **error)
{
    if (g_ascii_strcasecmp(value->text, "simple") != 0)
        return pgs_read_attribute_word(value, field, target, context, error);
    pgs_expectation_set(target, field->detail, NULL);
    return TRUE;
}

static const PgsField foreign_key_fields[] = {
    {"name", &pgs_shape_text, "The constraint's name.", .read = pgs_read_part_name},
    {"column", &pgs_shape_text, "Its column, when it has one.", .read = pgs_read_attribute_columns,
     .detail = "columns"},
    {"columns", &pgs_shape_texts, "Its columns, in their order.",
     .read = pgs_read_attribute_columns, .detail = "columns"},
    {"references", &pgs_shape_text,
     "What it refers to: `users (id)`, `other.users (id)`, or `users` for its primary key.",
     .read = read_references},
    {"on-delete", &pgs_shape_action,
     "What deleting the row referred to does: CASCADE, RESTRICT, SET NULL, SET DEFAULT, NO ACTION, "
     "or the letter of pg_constraint.confdeltype.",
     .standard = "`NO ACTION`", .read = pgs_read_attribute_action, .detail = "on-delete"},
    {"on-update", &pgs_shape_action, "The same for changing its key.", .standard = "`NO ACTION`",
     .read = pgs_read_attribute_action, .detail = "on-update"},
    {"match", &match, "How a key with some columns NULL is taken.", .standard = "`simple`",
     .read = read_match, .detail = "match"},
    {"validated", &pgs_shape_flag_or_any, "`false`: it is NOT VALID still.", .standard = "`true`",
     .read = pgs_read_attribute_not, .detail = "not-valid"},
    PGS_DEFERRABLE_FIELDS,
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};
static const PgsShape foreign_key = {
    .type = PGS_SHAPE_RECORD,
    .name = "foreign key",
    .doc = "A foreign key. Keys are a list, or a mapping by the constraints' names.",
    .example = "foreign-keys:\n  - {column: gm_id, references: users (id), on-delete: RESTRICT}\n",
    .fields = foreign_key_fields,
};
static const PgsShape foreign_key_list = {.type = PGS_SHAPE_LIST, .element = &foreign_key};
static const PgsShape foreign_key_map = {
    .type = PGS_SHAPE_MAP, .element = &foreign_key, .key_name = "name"};
static const PgsShape *const foreign_keys_choices[] = {&foreign_key_list, &foreign_key_map, NULL};
const PgsShape pgs_shape_foreign_keys = {.type = PGS_SHAPE_CHOICE, .choices = foreign_keys_choices};

gboolean
pgs_read_foreign_keys(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                      G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        const PgsNode *single = pgs_node_get(entry.value, "column");
        if (single != NULL && pgs_node_get(entry.value, "columns") != NULL)
            return pgs_node_error(single, PGS_CONFIG_ERROR_KEY, error, "keep one of them",
                                  "\"column\" and \"columns\" cannot stand together");
        PgsExpectation *key = pgs_expect_part(context, "foreign key", entry);
        if (!pgs_fields_read(foreign_key_fields, entry.value, key, context, error) ||
            !check_known(key, entry.value, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- Check constraints ---- */

static const PgsField check_fields[] = {
    {"expression", &pgs_shape_text_or_nothing,
     "The condition, compared in the server's own form; `null`: any.",
     .read = pgs_read_attribute_text, .detail = "expression"},
    {"validated", &pgs_shape_flag_or_any, "`false`: it is NOT VALID still.", .standard = "`true`",
     .read = pgs_read_attribute_not, .detail = "not-valid"},
    {"no-inherit", &pgs_shape_flag_or_any, "Whether children of the table are free of it.",
     .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "no-inherit"},
    PGS_REQUIREMENTS_FIELD(PgsExpectation),
    {0},
};
static const PgsShape check_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "check",
    .doc = "A check constraint; short: its expression. Nothing at all: one of that name exists and "
           "is validated.",
    .example = "checks:\n  ck_vbus_name_not_empty: length(trim(name)) > 0\n",
    .fields = check_fields,
};
static const PgsShape *const check_choices[] = {&pgs_shape_nothing, &pgs_shape_text, &check_record,
                                                NULL};
static const PgsShape check = {.type = PGS_SHAPE_CHOICE, .choices = check_choices};
const PgsShape pgs_shape_checks = {.type = PGS_SHAPE_MAP, .element = &check, .key_name = "name"};

gboolean
pgs_read_checks(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                G_GNUC_UNUSED gpointer target, gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_entry_count(value); i++) {
        PgsEntry entry = pgs_entry_at(value, i);
        PgsExpectation *expectation = pgs_expect_part(context, "check constraint", entry);
        if (entry.value->type == PGS_NODE_SCALAR) {
            if (!pgs_node_is_null(entry.value))
                pgs_expectation_set(expectation, "expression", entry.value->text);
        } else if (!pgs_fields_read(check_fields, entry.value, expectation, context, error)) {
            return FALSE;
        }
    }
    return TRUE;
}
