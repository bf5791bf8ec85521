#include "project/sample.h"

PgsSample *
pgs_sample_new(PgsSampleFormat format, const char *pattern)
{
    PgsSample *sample = g_new0(PgsSample, 1);
    sample->format = format;
    sample->pattern = g_strdup(pattern);
    sample->columns = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_map_free);
    sample->null_text = g_strdup("");
    sample->delimiter = g_strdup(",");
    sample->at = g_strdup("head");
    sample->idempotent = TRUE;
    sample->requirements = g_new0(char *, 1);
    return sample;
}

void
pgs_sample_free(PgsSample *sample)
{
    if (sample == NULL)
        return;
    g_free(sample->pattern);
    g_free(sample->root);
    g_free(sample->table);
    g_strfreev(sample->key);
    g_ptr_array_unref(sample->columns);
    g_free(sample->null_text);
    g_free(sample->delimiter);
    g_free(sample->at);
    g_strfreev(sample->requirements);
    g_free(sample);
}

PgsColumnMap *
pgs_column_map_new(const char *column, PgsValueSource source, const char *text)
{
    PgsColumnMap *map = g_new0(PgsColumnMap, 1);
    map->column = g_strdup(column);
    map->source = source;
    map->text = g_strdup(text);
    return map;
}

void
pgs_column_map_free(PgsColumnMap *map)
{
    if (map == NULL)
        return;
    g_free(map->column);
    g_free(map->text);
    g_free(map);
}
