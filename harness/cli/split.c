#include "cli/split.h"

#include "base/error.h"
#include "record/record_xml.h"

#include <stdio.h>
#include <string.h>

#define MAX_PARTS 1000

/* A whole number from 1 to MAX_PARTS, up to end; 0: it is none. */
static guint
parse_number(const char *text, const char *end)
{
    guint number = 0;
    if (end == text || end - text > 4)
        return 0;
    for (; text < end; text++) {
        if (!g_ascii_isdigit(*text))
            return 0;
        number = number * 10 + (guint)(*text - '0');
    }
    return number <= MAX_PARTS ? number : 0;
}

static gboolean
parse(PgsSplit *split, const char *text, GError **error)
{
    const char *slash = strchr(text, '/');
    split->index = slash != NULL ? parse_number(text, slash) : 0;
    split->count = slash != NULL ? parse_number(slash + 1, text + strlen(text)) : 0;
    if (split->index > 0 && split->index <= split->count)
        return TRUE;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "the first of five parts is --shard 1/5, the last one --shard 5/5; there are at "
                  "most 1000",
                  "--shard: \"%s\" is no part of a run", text);
    return FALSE;
}

/* A first run has nothing yet. */
static GPtrArray *
read_durations(const PgsSettings *settings, GError **error)
{
    g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_free);
    for (char **path = settings->durations; path != NULL && *path != NULL; path++) {
        if (!g_file_test(*path, G_FILE_TEST_EXISTS)) {
            if (!settings->quiet)
                fprintf(stderr,
                        "pgstair: --durations %s: there is no such file: nothing is known "
                        "of earlier runs\n",
                        *path);
            continue;
        }
        PgsRecord *record = pgs_record_read(*path, error);
        if (record == NULL) {
            pgs_error_prefix(error, "--durations: ");
            return NULL;
        }
        g_ptr_array_add(records, record);
    }
    return g_steal_pointer(&records);
}

static void
free_history(gpointer history)
{
    if (history != NULL)
        pgs_history_free(history);
}

/* What cannot be read is told by the part that has its block, as by a run that is not split. */
static GPtrArray *
read_histories(const GPtrArray *systems, GCancellable *cancellable)
{
    GPtrArray *histories = g_ptr_array_new_with_free_func(free_history);
    for (guint i = 0; i < systems->len; i++)
        g_ptr_array_add(histories, pgs_history_read_system(systems->pdata[i], cancellable, NULL));
    return histories;
}

gboolean
pgs_split_begin(PgsSplit *split, const PgsSettings *settings, const GPtrArray *systems,
                GCancellable *cancellable, GError **error)
{
    *split = (PgsSplit){0};
    if (settings->shard == NULL)
        return TRUE;
    if (!parse(split, settings->shard, error))
        return FALSE;
    g_autoptr(GPtrArray) durations = read_durations(settings, error);
    if (durations == NULL)
        return FALSE;
    PgsCheckSelection checks = {.only = settings->only, .skip = settings->skip};
    split->histories = read_histories(systems, cancellable);
    split->plan = pgs_shard_plan_new(systems, split->histories, &checks, durations, split->index,
                                     split->count);
    return TRUE;
}

void
pgs_split_clear(PgsSplit *split)
{
    g_clear_pointer(&split->plan, pgs_shard_plan_free);
    g_clear_pointer(&split->histories, g_ptr_array_unref);
}

void
pgs_split_note(const PgsSplit *split, PgsRecord *record)
{
    if (split->plan != NULL)
        g_ptr_array_add(record->shards, pgs_record_shard_new(split->index, split->count,
                                                             pgs_shard_plan_digest(split->plan)));
}

char *
pgs_split_describe(const PgsSplit *split)
{
    if (split->plan == NULL)
        return NULL;
    g_autofree char *what = pgs_shard_plan_describe(split->plan);
    return g_strdup_printf("part %u of %u: %s", split->index, split->count, what);
}

gboolean
pgs_split_has(const PgsSplit *split, guint system)
{
    if (split->plan == NULL)
        return TRUE;
    PgsShardPart part = pgs_shard_plan_part(split->plan, system);
    return part.block || part.from < part.to;
}
