#include "report/cause.h"

static void
cause_free(gpointer data)
{
    PgsCause *cause = data;
    g_ptr_array_unref(cause->others);
    g_free(cause);
}

static const char *
or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* NULL: it names no place. */
static char *
place_key(const PgsFinding *finding)
{
    if (finding->file == NULL || finding->line == 0)
        return NULL;
    return g_strdup_printf("%s\x1f%s\x1f%u\x1f%u\x1f%s", finding->system, finding->file,
                           finding->line, finding->column, or_empty(finding->detail));
}

/* What was skipped has its reason in the message; a rule that cannot be exercised keeps others
 * from it, of whatever kind they are. */
static char *
reason_key(const PgsFinding *finding)
{
    gboolean is_rule = g_str_has_prefix(finding->check, "exercise.");
    return finding->message != NULL
               ? g_strdup_printf("%s\x1f%s\x1f%s", finding->system,
                                 is_rule ? "exercise" : finding->check, finding->message)
               : NULL;
}

/* NULL: it says nothing. */
static char *
words_key(const PgsFinding *finding)
{
    /* A server that is not to be had is so for all systems. */
    gboolean of_run = g_str_equal(finding->check, "servers.available");
    if (finding->status == PGS_STATUS_SKIPPED && !of_run)
        return reason_key(finding);
    if (finding->message == NULL && finding->detail == NULL)
        return NULL;
    return g_strdup_printf("%s\x1f%s\x1f%u\x1f%s\x1f%s\x1f%s\x1f%s", of_run ? "" : finding->system,
                           finding->check, (guint)finding->status, or_empty(finding->message),
                           or_empty(finding->detail), or_empty(finding->expected),
                           or_empty(finding->actual));
}

static PgsCause *
lookup(GHashTable *causes, const char *key)
{
    return key != NULL ? g_hash_table_lookup(causes, key) : NULL;
}

/* Takes key over. */
static void
remember(GHashTable *causes, char *key, PgsCause *cause)
{
    if (key != NULL)
        g_hash_table_insert(causes, key, cause);
}

static PgsCause *
add_cause(GPtrArray *causes, const PgsFinding *finding)
{
    PgsCause *cause = g_new0(PgsCause, 1);
    cause->finding = finding;
    cause->others = g_ptr_array_new();
    g_ptr_array_add(causes, cause);
    return cause;
}

GPtrArray *
pgs_cause_find(const PgsRecord *record, PgsStatuses statuses)
{
    GPtrArray *causes = g_ptr_array_new_with_free_func(cause_free);
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if ((statuses & PGS_STATUS_BIT(finding->status)) == 0)
            continue;
        char *place = place_key(finding);
        char *words = words_key(finding);
        PgsCause *cause = lookup(known, place);
        if (cause == NULL)
            cause = lookup(known, words);
        if (cause != NULL)
            g_ptr_array_add(cause->others, (gpointer)finding);
        else
            cause = add_cause(causes, finding);
        remember(known, place, cause);
        remember(known, words, cause);
    }
    return causes;
}

guint
pgs_cause_count(const GPtrArray *causes, guint from)
{
    guint count = 0;
    for (guint i = from; i < causes->len; i++)
        count += 1 + ((PgsCause *)causes->pdata[i])->others->len;
    return count;
}
