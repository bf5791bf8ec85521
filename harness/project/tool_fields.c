#include "project/tool_fields.h"

#include "base/error.h"
#include "project/paths.h"
#include "project/reading.h"
#include "project/system.h"
#include "project/template.h"

#include <string.h>

/* ---- Texts with words ---- */

static char *
find_name(const char *word, gpointer data)
{
    return g_strv_contains(data, word) ? g_strdup(word) : NULL;
}

static gboolean
check_words(const PgsNode *text, const char *const *words, GError **error)
{
    g_autofree char *expanded =
        pgs_template_expand(text->text, words, find_name, (gpointer)words, error);
    if (expanded == NULL)
        pgs_error_prefix(error, "%s:%u:%u: ", text->place.file, text->place.line,
                         text->place.column);
    return expanded != NULL;
}

/* ---- What all tools have ---- */

gboolean
pgs_read_tool_value(const PgsNode *value, const PgsField *field, gpointer target,
                    G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    pgs_field_keep(field, value, ((PgsSystem *)target)->tool);
    return TRUE;
}

gboolean
pgs_read_tool_map(const PgsNode *value, const PgsField *field, gpointer target,
                  G_GNUC_UNUSED gpointer context, GError **error)
{
    gboolean has_words = g_strcmp0(field->detail, "words") == 0;
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < value->keys->len; i++) {
        const PgsNode *name = pgs_node_key_at(value, i), *given = pgs_node_value_at(value, i);
        if (*name->text == '\0' || strchr(name->text, '=') != NULL)
            return pgs_node_error(name, PGS_CONFIG_ERROR_KEY, error, field->doc,
                                  "\"%s\" is no name", name->text);
        if (has_words && !check_words(given, pgs_template_place_words, error))
            return FALSE;
        g_ptr_array_add(pairs, g_strdup_printf("%s=%s", name->text, given->text));
    }
    g_ptr_array_add(pairs, NULL);
    char ***place = G_STRUCT_MEMBER_P(((PgsSystem *)target)->tool, field->offset);
    g_strfreev(*place);
    *place = (char **)g_ptr_array_free(g_steal_pointer(&pairs), FALSE);
    return TRUE;
}

const PgsShape pgs_shape_environment = {
    .type = PGS_SHAPE_MAP, .element = &pgs_shape_text, .key_name = "variable"};
const PgsShape pgs_shape_placeholders = {
    .type = PGS_SHAPE_MAP, .element = &pgs_shape_text, .key_name = "name"};

static const PgsShape variable = {
    .type = PGS_SHAPE_TEXT,
    .pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
    .expected = "a variable's name such as APP_DATABASE_URL",
};
static const PgsShape variable_list = {.type = PGS_SHAPE_LIST, .element = &variable};
static const PgsShape *const variables_choices[] = {&variable, &variable_list, NULL};
const PgsShape pgs_shape_variables = {.type = PGS_SHAPE_CHOICE, .choices = variables_choices};

const PgsShape pgs_shape_url_scheme = {
    .type = PGS_SHAPE_TEXT,
    .pattern = "^[A-Za-z][A-Za-z0-9+.-]*(:[A-Za-z][A-Za-z0-9+.-]*)?$",
    .expected = "the scheme of a URL such as postgresql+asyncpg, without ://",
};

static const char *const down_words[] = {"usual", "required", "optional", NULL};
const PgsShape pgs_shape_downs = {.type = PGS_SHAPE_TEXT, .words = down_words};

/* The index of a checked word. */
static guint
word_index(const char *const *words, const char *text)
{
    guint i = 0;
    while (words[i + 1] != NULL && g_ascii_strcasecmp(words[i], text) != 0)
        i++;
    return i;
}

gboolean
pgs_read_downs(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
               G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    static const PgsDownPolicy policies[] = {PGS_DOWNS_USUAL, PGS_DOWNS_REQUIRED,
                                             PGS_DOWNS_OPTIONAL};
    ((PgsSystem *)target)->tool->downs = policies[word_index(down_words, value->text)];
    return TRUE;
}

/* ---- alembic ---- */

/* A program: a path of the file's folder where it holds a slash, else a name that PATH knows. */
static gboolean
read_program(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
             GError **error)
{
    if (strchr(value->text, '/') != NULL)
        return pgs_read_path(value, field, target, context, error);
    pgs_field_keep(field, value, target);
    return TRUE;
}

static gboolean
read_arguments(const PgsNode *value, const PgsField *field, gpointer target,
               G_GNUC_UNUSED gpointer context, GError **error)
{
    for (guint i = 0; i < pgs_node_count(value); i++) {
        if (!check_words(pgs_node_at(value, i), pgs_template_place_words, error))
            return FALSE;
    }
    pgs_field_keep(field, value, target);
    return TRUE;
}

static const char *const head_words[] = {"one", "all", NULL};
static const PgsShape heads = {.type = PGS_SHAPE_TEXT, .words = head_words};

static gboolean
read_heads(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
           G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    ((PgsAlembicSettings *)target)->all_heads = word_index(head_words, value->text) == 1;
    return TRUE;
}

static const PgsShape argument = {
    .type = PGS_SHAPE_TEXT,
    .pattern = "^[^-]",
    .expected = "what stands behind -x, such as tenant=a",
};
static const PgsShape argument_list = {.type = PGS_SHAPE_LIST, .element = &argument};
static const PgsShape *const arguments_choices[] = {&argument, &argument_list, NULL};
static const PgsShape arguments = {.type = PGS_SHAPE_CHOICE, .choices = arguments_choices};

static const PgsField alembic_fields[] = {
    {"python", &pgs_shape_text,
     "The Python that has the project's packages: a path, or a name that PATH knows.",
     .standard = "the project's virtual environment, or the one that `alembic` on PATH names",
     .read = read_program, .offset = G_STRUCT_OFFSET(PgsAlembicSettings, python),
     .detail = "exists"},
    {"config", &pgs_shape_text, "The `alembic.ini`, as with `-c`.",
     .standard = "the nearest one from the folder of migrations up", .read = pgs_read_path,
     .offset = G_STRUCT_OFFSET(PgsAlembicSettings, config), .detail = "exists"},
    {"section", &pgs_shape_text, "Its section, as with `-n`.", .standard = "`alembic`",
     .offset = G_STRUCT_OFFSET(PgsAlembicSettings, section)},
    {"arguments", &arguments,
     "Arguments for env.py, each as behind an `-x`; with words: `url={url}`.",
     .read = read_arguments, .offset = G_STRUCT_OFFSET(PgsAlembicSettings, arguments)},
    {"heads", &heads, "How many heads there may be: `one`, or, as `upgrade heads` has it, `all`.",
     .standard = "`one`", .read = read_heads},
    {0},
};
const PgsShape pgs_shape_alembic = {
    .type = PGS_SHAPE_RECORD,
    .name = "alembic",
    .doc = "How the project calls Alembic, where its folder does not tell. The URL of the database "
           "reaches env.py as `sqlalchemy.url`, in the environment (`DATABASE_URL`, "
           "`url-variable`), and where `arguments` say so.",
    .example = "alembic:\n"
               "  python: .venv/bin/python\n"
               "  config: backend/alembic.ini\n"
               "  arguments: [\"url={url}\", tenant=a]\n"
               "url-variable: APP_DATABASE_URL\n"
               "url-scheme: postgresql+asyncpg\n",
    .fields = alembic_fields,
};

gboolean
pgs_read_alembic(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                 gpointer context, GError **error)
{
    return pgs_fields_read(alembic_fields, value, &((PgsSystem *)target)->tool->alembic, context,
                           error);
}

/* ---- patterns ---- */

static gboolean
read_transaction(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                 G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    ((PgsPatternSettings *)target)->no_transaction = pgs_node_flag(value) == 0;
    return TRUE;
}

static const char *const order_words[] = {"version", "name", NULL};
static const PgsShape order = {.type = PGS_SHAPE_TEXT, .words = order_words};

static gboolean
read_order(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
           G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    ((PgsPatternSettings *)target)->by_name = word_index(order_words, value->text) == 1;
    return TRUE;
}

static const char *const send_words[] = {"statements", "whole", NULL};
static const PgsShape send = {.type = PGS_SHAPE_TEXT, .words = send_words};

static gboolean
read_send(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
          G_GNUC_UNUSED gpointer context, G_GNUC_UNUSED GError **error)
{
    ((PgsPatternSettings *)target)->whole = word_index(send_words, value->text) == 1;
    return TRUE;
}

static const PgsShape pattern = {
    .type = PGS_SHAPE_TEXT,
    .pattern = "\\{(version|name)\\}",
    .expected = "a file's name with {version} or {name} in it",
};
static const PgsField patterns_fields[] = {
    {"up", &pattern,
     "The files that go up, as paths below `migrations`; `{version}` and `{name}` in it stand for "
     "what differs.",
     .required = TRUE, .offset = G_STRUCT_OFFSET(PgsPatternSettings, up)},
    {"down", &pattern, "The files that go down, likewise.", .standard = "there is no way down",
     .offset = G_STRUCT_OFFSET(PgsPatternSettings, down)},
    {"order", &order, "By `version`, as a number, or by `name`: the files' paths as text.",
     .standard = "`version`", .read = read_order},
    {"transaction", &pgs_shape_flag, "Whether the tool wraps each file in a transaction.",
     .standard = "`true`", .read = read_transaction},
    {"send", &send,
     "What the tool sends at a time: single `statements`, or a `whole` file in one message.",
     .standard = "`statements`", .read = read_send},
    {0},
};
const PgsShape pgs_shape_patterns = {
    .type = PGS_SHAPE_RECORD,
    .name = "patterns",
    .doc = "A folder of SQL files of a tool that pgstair does not know, described by the names of "
           "its files and by how the tool sends them.",
    .example = "patterns:\n"
               "  up: \"{version}/forward_{name}.sql\"\n"
               "  down: \"{version}/back_{name}.sql\"\n"
               "  transaction: no\n"
               "  send: whole\n",
    .fields = patterns_fields,
};

gboolean
pgs_read_patterns(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                  gpointer context, GError **error)
{
    return pgs_fields_read(patterns_fields, value, &((PgsSystem *)target)->tool->patterns, context,
                           error);
}
