#include "record/sources.h"

#include <string.h>

static PgsRecordSource *
find(const PgsRecord *record, const char *sha256)
{
    for (guint i = 0; i < record->sources->len; i++) {
        PgsRecordSource *source = record->sources->pdata[i];
        if (strcmp(source->sha256, sha256) == 0)
            return source;
    }
    return NULL;
}

void
pgs_sources_note(PgsRecord *record, const char *path, const char *sha256)
{
    pgs_sources_settle(record, sha256);
    PgsRecordSource *known = find(record, sha256);
    if (known != NULL) {
        known->whole = TRUE;
        return;
    }
    g_autofree char *name = g_path_get_basename(path);
    PgsRecordSource *source = pgs_record_source_new(name, sha256);
    source->whole = TRUE;
    g_ptr_array_insert(record->sources, 0, source);
}

gboolean
pgs_sources_settle(PgsRecord *record, const char *sha256)
{
    gboolean parted = FALSE;
    for (guint i = 0; i < record->sources->len; i++) {
        PgsRecordSource *source = record->sources->pdata[i];
        if (!source->whole || strcmp(source->sha256, sha256) == 0)
            continue;
        source->whole = FALSE;
        parted = TRUE;
    }
    return parted;
}

void
pgs_sources_part(PgsRecord *record)
{
    for (guint i = 0; i < record->sources->len; i++)
        ((PgsRecordSource *)record->sources->pdata[i])->whole = FALSE;
}

gboolean
pgs_sources_has_all(const PgsRecord *record, const PgsRecord *other)
{
    for (guint i = 0; i < other->sources->len; i++) {
        if (find(record, ((PgsRecordSource *)other->sources->pdata[i])->sha256) == NULL)
            return FALSE;
    }
    return other->sources->len > 0;
}

void
pgs_sources_merge(PgsRecord *record, const PgsRecord *other)
{
    if (pgs_sources_has_all(record, other))
        return;
    pgs_sources_part(record);
    for (guint i = 0; i < other->sources->len; i++) {
        const PgsRecordSource *source = other->sources->pdata[i];
        if (find(record, source->sha256) == NULL)
            g_ptr_array_add(record->sources, pgs_record_source_new(source->path, source->sha256));
    }
}
