#include "project/reading.h"

#include "project/paths.h"

#include <string.h>

const PgsShape pgs_shape_text = {.type = PGS_SHAPE_TEXT};
const PgsShape pgs_shape_flag = {.type = PGS_SHAPE_FLAG};
const PgsShape pgs_shape_nothing = {.type = PGS_SHAPE_NOTHING};
const PgsShape pgs_shape_duration = {.type = PGS_SHAPE_DURATION};

static const PgsShape *const text_or_nothing[] = {&pgs_shape_nothing, &pgs_shape_text, NULL};
const PgsShape pgs_shape_text_or_nothing = {.type = PGS_SHAPE_CHOICE, .choices = text_or_nothing};

static const char *const any_word[] = {"any", NULL};
const PgsShape pgs_shape_any = {.type = PGS_SHAPE_TEXT, .words = any_word};
static const PgsShape *const flag_or_any[] = {&pgs_shape_flag, &pgs_shape_any, NULL};
const PgsShape pgs_shape_flag_or_any = {.type = PGS_SHAPE_CHOICE, .choices = flag_or_any};

const PgsShape pgs_shape_text_list = {
    .type = PGS_SHAPE_LIST, .element = &pgs_shape_text, .minimum = 1};

static const PgsShape any_list = {.type = PGS_SHAPE_LIST, .element = &pgs_shape_text};
static const PgsShape *const text_or_list[] = {&pgs_shape_text, &any_list, NULL};
const PgsShape pgs_shape_texts = {.type = PGS_SHAPE_CHOICE, .choices = text_or_list};

const PgsShape pgs_shape_map_of_texts = {
    .type = PGS_SHAPE_MAP, .element = &pgs_shape_text_or_nothing, .key_name = "name"};

static gboolean
check_path(const PgsNode *value, const char *path, gboolean is_folder, GError **error)
{
    GFileTest test = is_folder ? G_FILE_TEST_IS_DIR : G_FILE_TEST_EXISTS;
    if (g_file_test(path, test))
        return TRUE;
    return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error,
                          "a path is relative to the folder of the file that names it",
                          "there is no %s \"%s\"", is_folder ? "folder" : "file", path);
}

gboolean
pgs_read_path(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
              GError **error)
{
    const PgsReading *reading = context;
    if (value->text[0] == '\0')
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error, field->doc,
                              "the path is empty");
    g_autofree char *path = pgs_path_join(reading->folder, value->text);
    gboolean is_folder = g_strcmp0(field->detail, "folder") == 0;
    gboolean must_exist = is_folder || g_strcmp0(field->detail, "exists") == 0;
    if (must_exist && !check_path(value, path, is_folder, error))
        return FALSE;
    char **place = G_STRUCT_MEMBER_P(target, field->offset);
    g_free(*place);
    *place = g_steal_pointer(&path);
    return TRUE;
}

gboolean
pgs_read_requirements(const PgsNode *value, const PgsField *field, gpointer target,
                      gpointer context, G_GNUC_UNUSED GError **error)
{
    PgsReading *reading = context;
    char ***place = G_STRUCT_MEMBER_P(target, field->offset);
    g_strfreev(*place);
    *place = pgs_node_texts(value);
    for (guint i = 0; i < pgs_node_count(value); i++)
        g_ptr_array_add(reading->claims, (gpointer)pgs_node_at(value, i));
    return TRUE;
}

gboolean
pgs_read_nothing(G_GNUC_UNUSED const PgsNode *value, G_GNUC_UNUSED const PgsField *field,
                 G_GNUC_UNUSED gpointer target, G_GNUC_UNUSED gpointer context,
                 G_GNUC_UNUSED GError **error)
{
    return TRUE;
}
