#include "record/revision.h"

PgsRecordFile *
pgs_record_file_new(const char *path, const char *role, const char *sha256, guint64 size)
{
    PgsRecordFile *file = g_new0(PgsRecordFile, 1);
    file->path = g_strdup(path);
    file->role = g_strdup(role);
    file->sha256 = g_strdup(sha256);
    file->size = size;
    return file;
}

void
pgs_record_file_free(PgsRecordFile *file)
{
    g_free(file->path);
    g_free(file->role);
    g_free(file->sha256);
    g_free(file);
}

PgsRecordChange *
pgs_record_change_new(const char *kind, const char *object, const char *attribute,
                      const char *before, const char *after)
{
    PgsRecordChange *change = g_new0(PgsRecordChange, 1);
    change->kind = g_strdup(kind);
    change->object = g_strdup(object);
    change->attribute = g_strdup(attribute);
    change->before = g_strdup(before);
    change->after = g_strdup(after);
    return change;
}

void
pgs_record_change_free(PgsRecordChange *change)
{
    g_free(change->kind);
    g_free(change->object);
    g_free(change->attribute);
    g_free(change->before);
    g_free(change->after);
    g_free(change);
}

PgsRecordRevision *
pgs_record_revision_new(const char *id, const char *label)
{
    PgsRecordRevision *revision = g_new0(PgsRecordRevision, 1);
    revision->id = g_strdup(id);
    revision->label = g_strdup(label);
    revision->files = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_file_free);
    return revision;
}

void
pgs_record_revision_free(PgsRecordRevision *revision)
{
    g_free(revision->id);
    g_free(revision->label);
    g_ptr_array_unref(revision->files);
    g_clear_pointer(&revision->changes, g_ptr_array_unref);
    g_free(revision);
}

void
pgs_record_revision_know_changes(PgsRecordRevision *revision)
{
    if (revision->changes == NULL)
        revision->changes = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_change_free);
}

void
pgs_record_revision_add_change(PgsRecordRevision *revision, PgsRecordChange *change)
{
    pgs_record_revision_know_changes(revision);
    g_ptr_array_add(revision->changes, change);
}
