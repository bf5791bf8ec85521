#include "project/exercise_fields.h"

#include "base/text.h"
#include "config/document.h"
#include "project/case_reference.h"
#include "project/names.h"
#include "project/system.h"

#include <string.h>

/* ---- Values ---- */

static gboolean
read_default(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
             G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsCaseValue *into = target;
    if (pgs_node_flag(value) == 0)
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error, "leave the column out instead",
                              "\"default\" is true or not there");
    into->is_default = TRUE;
    return TRUE;
}

static const PgsField value_fields[] = {
    {"sql", &pgs_shape_text, "An SQL expression: `now()`, `repeat('x', 256)`.",
     .offset = G_STRUCT_OFFSET(PgsCaseValue, sql)},
    {"text", &pgs_shape_text, "This text, even where it looks like `$name.column`.",
     .offset = G_STRUCT_OFFSET(PgsCaseValue, text)},
    {"default", &pgs_shape_flag,
     "`true`: nothing is said of the column, so that its default counts.", .read = read_default},
    {0},
};
static const char *const value_keys[] = {"sql", "text", "default", NULL};
static const PgsShape value_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "case value",
    .doc =
        "A column's value: one of these. Short: its text, `null`, or `$name.column`, which is what "
        "that column of a row given before has.",
    .example = "row: {order: 6, gm_id: $manager.id, updated_by: null, created_at: {sql: now()}}\n",
    .fields = value_fields,
    .one_of = value_keys,
};
static const PgsShape *const value_choices[] = {&pgs_shape_nothing, &pgs_shape_text, &value_record,
                                                NULL};
static const PgsShape value_shape = {.type = PGS_SHAPE_CHOICE, .choices = value_choices};
static const PgsShape values_shape = {
    .type = PGS_SHAPE_MAP, .element = &value_shape, .key_name = "column"};

/* What a name could have meant. */
static gboolean
fail_unknown(const PgsNode *node, const PgsExerciseCase *of, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < of->given->len; i++)
        g_ptr_array_add(names, ((PgsCaseRow *)g_ptr_array_index(of->given, i))->name);
    g_ptr_array_add(names, NULL);
    /* Of a letter or two every other is near. */
    const char *nearest =
        strlen(name) > 2 ? pgs_text_nearest(name, (const char *const *)names->pdata) : NULL;
    g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
                            : names->len > 1
                                ? g_strdup_printf("given before it: %s", all)
                                : g_strdup("name it under \"given\" first: {given: {v: vbus}}");
    return pgs_node_error(node, PGS_CONFIG_ERROR_VALUE, error, hint,
                          "no row \"%s\" is given before this", name);
}

static gboolean
check_given(const PgsNode *node, const PgsExerciseCase *of, const char *name, GError **error)
{
    return pgs_exercise_case_find(of, name) != NULL || fail_unknown(node, of, name, error);
}

/* A text, or what "$vbu.id" refers to. */
static gboolean
read_scalar(const PgsNode *node, const PgsExerciseCase *of, PgsCaseValue *into, GError **error)
{
    g_auto(PgsCaseReference) reference = {0};
    if (pgs_case_reference_parse(node->text, &reference)) {
        if (!check_given(node, of, reference.row, error))
            return FALSE;
        into->row = g_steal_pointer(&reference.row);
        into->member = g_steal_pointer(&reference.member);
        return TRUE;
    }
    if (node->text[0] == '$' && pgs_exercise_case_find(of, node->text + 1) != NULL)
        return pgs_node_error(node, PGS_CONFIG_ERROR_VALUE, error,
                              "write \"$name.column\"; a text that looks so is {text: …}",
                              "\"%s\" is a row, and not one of its columns", node->text);
    into->text = g_strdup(node->text);
    return TRUE;
}

static gboolean
read_value(const PgsNode *key, const PgsNode *node, const PgsExerciseCase *of, GPtrArray *values,
           GError **error)
{
    g_autofree char *column = pgs_name_plain(key->text);
    PgsCaseValue *added = pgs_case_value_new(column);
    added->place = key->place;
    g_ptr_array_add(values, added);
    if (node->type == PGS_NODE_MAPPING)
        return pgs_fields_read(value_fields, node, added, NULL, error);
    return pgs_node_is_null(node) || read_scalar(node, of, added, error);
}

static gboolean
read_values(const PgsNode *node, const PgsExerciseCase *of, GPtrArray *values, GError **error)
{
    for (guint i = 0; node->keys != NULL && i < node->keys->len; i++) {
        if (!read_value(pgs_node_key_at(node, i), pgs_node_value_at(node, i), of, values, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- Rows ---- */

/* context: the case, as far as it was read. */
static gboolean
read_row_values(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                gpointer context, GError **error)
{
    return read_values(value, context, ((PgsCaseRow *)target)->values, error);
}

static const PgsField row_fields[] = {
    {"table", &pgs_shape_text, "The table: `vbus`, `app.vbus`.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsCaseRow, table)},
    {"row", &values_shape,
     "Column → its value. Columns that are not said are made up, so that the "
     "server accepts the row.",
     .read = read_row_values},
    {0},
};
static const PgsShape row_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "case row",
    .doc = "A row of a table, of which only what matters is said. Short: the table.",
    .example = "given:\n  manager: users\n  vbu: {table: vbus, row: {gm_id: $manager.id}}\n",
    .fields = row_fields,
};
static const PgsShape *const row_choices[] = {&pgs_shape_text, &row_record, NULL};
static const PgsShape row_shape = {.type = PGS_SHAPE_CHOICE, .choices = row_choices};

/* The caller's; NULL with error. */
static PgsCaseRow *
read_row(const PgsNode *node, const PgsExerciseCase *of, GError **error)
{
    PgsCaseRow *row = pgs_case_row_new(node->type == PGS_NODE_SCALAR ? node->text : NULL);
    row->place = node->place;
    if (node->type == PGS_NODE_SCALAR ||
        pgs_fields_read(row_fields, node, row, (gpointer)of, error))
        return row;
    pgs_case_row_free(row);
    return NULL;
}

static const PgsShape given_shape = {
    .type = PGS_SHAPE_MAP, .element = &row_shape, .key_name = "name"};

static gboolean
read_given(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
           G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExerciseCase *of = target;
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *key = pgs_node_key_at(value, i);
        if (!pgs_case_name_is_good(key->text))
            return pgs_node_error(key, PGS_CONFIG_ERROR_KEY, error,
                                  "letters, digits and \"_\", so that \"$name.column\" can refer "
                                  "to it",
                                  "\"%s\" cannot be a row's name", key->text);
        PgsCaseRow *row = read_row(pgs_node_value_at(value, i), of, error);
        if (row == NULL)
            return FALSE;
        row->name = g_strdup(key->text);
        row->place = key->place;
        g_ptr_array_add(of->given, row);
    }
    return TRUE;
}

/* ---- What is done ---- */

static gboolean
read_insert(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
            G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExerciseCase *of = target;
    of->action = PGS_CASE_INSERT;
    of->row = read_row(value, of, error);
    return of->row != NULL;
}

static const PgsShape update_shape = {
    .type = PGS_SHAPE_MAP, .element = &values_shape, .key_name = "name"};

static gboolean
read_update(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
            G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExerciseCase *of = target;
    if (value->keys->len != 1)
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error,
                              "{update: {name: {column: value}}}; for more than one row there is "
                              "\"sql\"",
                              "an update is of one given row, and not of %u", value->keys->len);
    const PgsNode *key = pgs_node_key_at(value, 0);
    const PgsNode *columns = pgs_node_value_at(value, 0);
    of->action = PGS_CASE_UPDATE;
    of->row = pgs_case_row_new(NULL);
    of->row->name = g_strdup(key->text);
    of->row->place = key->place;
    if (columns->keys->len == 0)
        return pgs_node_error(columns, PGS_CONFIG_ERROR_VALUE, error, NULL, "no column is updated");
    return check_given(key, of, key->text, error) &&
           read_values(columns, of, of->row->values, error);
}

static gboolean
read_delete(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
            G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExerciseCase *of = target;
    of->action = PGS_CASE_DELETE;
    of->row = pgs_case_row_new(NULL);
    of->row->name = g_strdup(value->text);
    of->row->place = value->place;
    return check_given(value, of, value->text, error);
}

static gboolean
read_sql(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
         G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExerciseCase *of = target;
    of->action = PGS_CASE_SQL;
    of->sql = g_strdup(value->text);
    for (gsize at = 0;;) {
        g_auto(PgsCaseReference) reference = {0};
        if (!pgs_case_reference_next(value->text, at, &reference))
            return TRUE;
        if (!check_given(value, of, reference.row, error))
            return FALSE;
        at = reference.end;
    }
}

/* ---- What comes of it ---- */

static const PgsShape sqlstate_shape = {
    .type = PGS_SHAPE_TEXT, .pattern = "^[0-9A-Z]{5}$", .expected = "an SQLSTATE such as 23514"};
static const PgsField refusal_fields[] = {
    {"constraint", &pgs_shape_text, "The constraint or unique index that refuses it.",
     .standard = "whichever", .offset = G_STRUCT_OFFSET(PgsExerciseCase, constraint)},
    {"sqlstate", &sqlstate_shape, "The SQLSTATE that it is refused with.", .standard = "whichever",
     .offset = G_STRUCT_OFFSET(PgsExerciseCase, sqlstate)},
    {0},
};
static const PgsShape refusal_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "refusal",
    .doc = "How it is refused. Short: the constraint, or `true` for whichever.",
    .example = "refused: {constraint: fk_vbus_gm_id, sqlstate: \"23503\"}\n",
    .fields = refusal_fields,
};
/* A text: among these a plain true is a flag. */
static const PgsShape *const refused_choices[] = {&pgs_shape_flag, &pgs_shape_text, &refusal_record,
                                                  NULL};
static const PgsShape refused_shape = {.type = PGS_SHAPE_CHOICE, .choices = refused_choices};

static gboolean
read_refused(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
             G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExerciseCase *of = target;
    int flag = pgs_node_flag(value);
    if (flag == 0)
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error,
                              "leave it out, or say \"accepted: true\"",
                              "\"refused\" is true, a constraint or a mapping");
    of->refused = TRUE;
    if (value->type == PGS_NODE_MAPPING)
        return pgs_fields_read(refusal_fields, value, of, NULL, error);
    if (flag < 0)
        of->constraint = pgs_name_plain(value->text);
    return TRUE;
}

static gboolean
read_accepted(const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
              G_GNUC_UNUSED gpointer target, G_GNUC_UNUSED gpointer context, GError **error)
{
    return pgs_node_flag(value) == 1 ||
           pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error,
                          "say \"refused: true\", or which constraint refuses it",
                          "\"accepted\" is true or not there");
}

static gboolean
read_gone(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
          G_GNUC_UNUSED gpointer context, GError **error)
{
    PgsExerciseCase *of = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *name = pgs_node_at(value, i);
        if (!check_given(name, of, name->text, error))
            return FALSE;
    }
    g_strfreev(of->gone);
    of->gone = pgs_node_texts(value);
    return TRUE;
}

static const PgsShape *const stay_choices[] = {&pgs_shape_nothing, &values_shape, NULL};
static const PgsShape stay_shape = {.type = PGS_SHAPE_CHOICE, .choices = stay_choices};
static const PgsShape stay_map = {
    .type = PGS_SHAPE_MAP, .element = &stay_shape, .key_name = "name"};
static const PgsShape stay_list = {.type = PGS_SHAPE_LIST, .element = &pgs_shape_text};
static const PgsShape *const stays_choices[] = {&pgs_shape_text, &stay_list, &stay_map, NULL};
static const PgsShape stays_shape = {.type = PGS_SHAPE_CHOICE, .choices = stays_choices};

/* columns: what they are to be; NULL: nothing is said of them. */
static gboolean
add_stay(const PgsNode *name, const PgsNode *columns, PgsExerciseCase *of, GError **error)
{
    if (!check_given(name, of, name->text, error))
        return FALSE;
    PgsCaseRow *row = pgs_case_row_new(NULL);
    row->name = g_strdup(name->text);
    row->place = name->place;
    g_ptr_array_add(of->stays, row);
    return columns == NULL || read_values(columns, of, row->values, error);
}

static gboolean
read_stays(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
           G_GNUC_UNUSED gpointer context, GError **error)
{
    gboolean is_map = value->type == PGS_NODE_MAPPING;
    guint n = is_map ? value->keys->len : pgs_node_count(value);
    for (guint i = 0; i < n; i++) {
        const PgsNode *name = is_map ? pgs_node_key_at(value, i) : pgs_node_at(value, i);
        if (!add_stay(name, is_map ? pgs_node_value_at(value, i) : NULL, target, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- The case ---- */

static const PgsField case_fields[] = {
    {"case", &pgs_shape_text, "What it shows, in a line.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsExerciseCase, title)},
    PGS_REQUIREMENTS_FIELD(PgsExerciseCase),
    {"given", &given_shape,
     "Rows that are there before, by names of the case's own; inserted in this order.",
     .read = read_given, .early = TRUE},
    {"insert", &row_shape, "This row is inserted.", .read = read_insert},
    {"update", &update_shape, "A given row gets these values.", .read = read_update},
    {"delete", &pgs_shape_text, "A given row is deleted.", .read = read_delete},
    {"sql", &pgs_shape_text,
     "These statements are run; `$name.column` stands for a value of a given row.",
     .read = read_sql},
    {"refused", &refused_shape, "The server refuses it: by this constraint, with this SQLSTATE.",
     .standard = "it is accepted", .read = read_refused},
    {"accepted", &pgs_shape_flag, "`true`: it is accepted, which is so anyway without `refused`.",
     .read = read_accepted},
    {"gone", &pgs_shape_texts, "Given rows that must not be there afterwards.", .read = read_gone},
    {"stays", &stays_shape,
     "Given rows that must be there afterwards, with these values; columns that are not said must "
     "be as they were, or as the case's own update sets them.",
     .read = read_stays},
    {0},
};
static const char *const case_actions[] = {"insert", "update", "delete", "sql", NULL};
static const PgsShape case_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "case",
    .doc =
        "Something that is tried, and what must come of it: one of `insert`, `update`, `delete`, "
        "`sql`.",
    .example = "exercise:\n"
               "  cases:\n"
               "    - case: a user who manages a vbu cannot be deleted\n"
               "      given:\n"
               "        manager: users\n"
               "        vbu: {table: vbus, row: {gm_id: $manager.id}}\n"
               "      delete: manager\n"
               "      refused: fk_vbus_gm_id\n"
               "    - case: one who only last updated it can\n"
               "      given: {u: users, m: users, v: {table: vbus, row: {gm_id: $m.id, updated_by: "
               "$u.id}}}\n"
               "      delete: u\n"
               "      gone: u\n"
               "      stays: {v: {updated_by: null}, m: }\n"
               "    - case: there is no sixth place\n"
               "      insert: {table: theses, row: {order: 6}}\n"
               "      refused: ck_thesis_order_range\n",
    .fields = case_fields,
    .one_of = case_actions,
};

/* What one key says and another contradicts; the record has been read. */
static gboolean
check_outcome(const PgsNode *node, const PgsExerciseCase *of, GError **error)
{
    static const char *const accepted_only[] = {"accepted", "gone", "stays"};
    for (gsize i = 0; of->refused && i < G_N_ELEMENTS(accepted_only); i++) {
        const PgsNode *value = pgs_node_get(node, accepted_only[i]);
        if (value != NULL)
            return pgs_node_error(value, PGS_CONFIG_ERROR_KEY, error,
                                  "what is refused changes nothing: keep one of them",
                                  "\"refused\" and \"%s\" cannot stand together", accepted_only[i]);
    }
    for (guint i = 0; i < of->stays->len; i++) {
        const PgsCaseRow *row = g_ptr_array_index(of->stays, i);
        if (g_strv_contains((const char *const *)of->gone, row->name))
            return pgs_place_error(&row->place, PGS_CONFIG_ERROR_VALUE, error, NULL,
                                   "\"%s\" cannot be gone and stay", row->name);
    }
    return TRUE;
}

static PgsExerciseCase *
read_case(const PgsNode *node, PgsReading *reading, GError **error)
{
    g_autoptr(PgsExerciseCase) of = pgs_exercise_case_new(NULL);
    of->place = node->place;
    if (!pgs_fields_read(case_fields, node, of, reading, error) || !check_outcome(node, of, error))
        return NULL;
    return g_steal_pointer(&of);
}

static const PgsShape case_list = {.type = PGS_SHAPE_LIST, .element = &case_record};
static const PgsShape *const cases_choices[] = {&case_record, &case_list, NULL};
static const PgsShape cases_shape = {.type = PGS_SHAPE_CHOICE, .choices = cases_choices};

static gboolean
read_cases(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
           gpointer context, GError **error)
{
    PgsExerciseFacts *facts = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        PgsExerciseCase *added = read_case(pgs_node_at(value, i), context, error);
        if (added == NULL)
            return FALSE;
        g_ptr_array_add(facts->cases, added);
    }
    return TRUE;
}

/* ---- The section ---- */

static const PgsShape seed_shape = {
    .type = PGS_SHAPE_NUMBER, .minimum = 1, .maximum = PGS_EXERCISE_MAX_SEED};

static gboolean
read_seed_number(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                 G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsExerciseFacts *facts = target;
    facts->seed = g_ascii_strtoull(value->text, NULL, 10);
    return TRUE;
}

static const PgsField exercise_fields[] = {
    {"seed", &seed_shape,
     "What the made-up rows follow from: the same number gives the same rows. `--seed` wins.",
     .standard = "`20`", .read = read_seed_number},
    {"cases", &cases_shape, "Cases of the project's own: a mapping, or a list of them.",
     .read = read_cases},
    {0},
};
static const PgsShape exercise_record = {
    .type = PGS_SHAPE_RECORD,
    .name = "exercise",
    .doc = "Every rule of the schema is exercised on made-up rows without being told; this adds to "
           "it.",
    .example = "exercise:\n  seed: 7\n  cases:\n    - {case: a vbu needs a name, insert: {table: "
               "vbus, row: {name: null}}, refused: {sqlstate: \"23502\"}}\n",
    .fields = exercise_fields,
};
static const PgsShape *const exercise_choices[] = {&pgs_shape_nothing, &exercise_record, NULL};
const PgsShape pgs_shape_exercise = {.type = PGS_SHAPE_CHOICE, .choices = exercise_choices};

gboolean
pgs_read_exercise(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                  gpointer context, GError **error)
{
    PgsSystem *system = target;
    system->exercise->place = value->place;
    return value->type != PGS_NODE_MAPPING ||
           pgs_fields_read(exercise_fields, value, system->exercise, context, error);
}

/* ---- From texts ---- */

PgsExerciseCase *
pgs_exercise_case_parse(const char *name, const char *text, GError **error)
{
    g_autoptr(PgsDocument) document = pgs_document_parse(name, text, strlen(text), error);
    if (document == NULL || !pgs_shape_check(&case_record, pgs_document_root(document), error))
        return NULL;
    g_autoptr(GPtrArray) claims = g_ptr_array_new();
    PgsReading reading = {.folder = ".", .claims = claims};
    return read_case(pgs_document_root(document), &reading, error);
}

gboolean
pgs_case_row_parse(PgsCaseRow *row, const char *name, const char *text, GError **error)
{
    if (text == NULL)
        return TRUE;
    g_autoptr(PgsDocument) document = pgs_document_parse(name, text, strlen(text), error);
    g_autoptr(PgsExerciseCase) nothing_given = pgs_exercise_case_new(NULL);
    return document != NULL && pgs_shape_check(&values_shape, pgs_document_root(document), error) &&
           read_values(pgs_document_root(document), nothing_given, row->values, error);
}
