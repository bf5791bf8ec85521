#include "seed/source.h"

static void
source_clear(gpointer data)
{
    PgsSource *source = data;
    g_free(source->origin);
}

GArray *
pgs_sources_empty(void)
{
    GArray *sources = g_array_new(FALSE, TRUE, sizeof(PgsSource));
    g_array_set_clear_func(sources, source_clear);
    return sources;
}

/* What the data calls its parts. */
static const char *
part_name(PgsSampleFormat format)
{
    return format == PGS_SAMPLE_CSV ? "column" : "member";
}

static gboolean
add_mapped(PgsSeedLoad *load, GArray *sources, const PgsTarget *target, const PgsSeedFile *file,
           const PgsColumnMap *map)
{
    const PgsPlace *place = &map->place;
    const char *path = place->file != NULL ? place->file : file->path;
    g_autofree char *nearest = NULL;
    const PgsTargetColumn *column = pgs_target_find(target, map->column, &nearest);
    if (column == NULL)
        return pgs_seed_fail(load, path, place->line, place->column, nearest,
                             "%s is no column of %s", map->column, target->table);
    if (map->source == PGS_VALUE_DOCUMENT && load->sample->format != PGS_SAMPLE_JSON)
        return pgs_seed_fail(load, path, place->line, place->column, NULL,
                             "%s: only JSON has a document", map->column);
    PgsSource source = {.column = column, .source = map->source, .text = map->text};
    if (map->source == PGS_VALUE_MEMBER)
        source.origin = g_strdup_printf("%s %s", part_name(load->sample->format), map->text);
    g_array_append_val(sources, source);
    return TRUE;
}

GArray *
pgs_sources_new(PgsSeedLoad *load, const PgsTarget *target, const PgsSeedFile *file)
{
    g_autoptr(GArray) sources = pgs_sources_empty();
    for (guint i = 0; i < load->sample->columns->len; i++) {
        if (!add_mapped(load, sources, target, file, g_ptr_array_index(load->sample->columns, i)))
            return NULL;
    }
    return g_steal_pointer(&sources);
}

gboolean
pgs_sources_add_named(PgsSeedLoad *load, GArray *sources, const PgsTarget *target,
                      const PgsSeedFile *file, gsize offset, const char *name)
{
    g_autofree char *nearest = NULL;
    PgsSource source = {.source = PGS_VALUE_MEMBER, .text = name};
    source.column = pgs_target_find(target, name, &nearest);
    if (source.column == NULL)
        return pgs_seed_fail_at(load, file, offset,
                                nearest != NULL ? nearest : "say with columns: what goes where",
                                "%s is no column of %s", name, target->table);
    source.origin = g_strdup_printf("%s %s", part_name(load->sample->format), name);
    g_array_append_val(sources, source);
    return TRUE;
}

gboolean
pgs_source_value(const PgsSource *source, const char *path, PgsTargetValue *value)
{
    *value = (PgsTargetValue){.column = source->column, .origin = source->origin};
    switch (source->source) {
    case PGS_VALUE_PATH:
        value->text = path;
        return TRUE;
    case PGS_VALUE_CONSTANT:
        value->text = source->text;
        return TRUE;
    case PGS_VALUE_SQL:
        value->sql = source->text;
        return TRUE;
    case PGS_VALUE_MEMBER:
    case PGS_VALUE_DOCUMENT:
        break;
    }
    return FALSE;
}

char *
pgs_source_path(const PgsSample *sample, const PgsSeedFile *file)
{
    g_autofree char *folder =
        sample->place.file != NULL ? g_path_get_dirname(sample->place.file) : g_strdup(".");
    g_autoptr(GFile) root = g_file_new_for_path(sample->root != NULL ? sample->root : folder);
    g_autoptr(GFile) path = g_file_new_for_path(file->path);
    char *relative = g_file_get_relative_path(root, path);
    return relative != NULL ? relative : g_strdup(file->path);
}
