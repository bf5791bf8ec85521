#include "ledger/flyway_entry.h"

#include "base/error.h"
#include "ledger/flyway_sum.h"
#include "migration/flyway_name.h"

#include <string.h>

/* Flyway 11, internal/resolver/sql/SqlMigrationResolver.java, addMigrations(). */

void
pgs_flyway_entry_free(PgsFlywayEntry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->version);
    g_free(entry->key);
    g_free(entry->description);
    g_free(entry->script);
    g_free(entry);
}

/* The script itself: callbacks stand around it. */
static const PgsStep *
find_step(const PgsFlywayConfig *config, const PgsRevision *revision, gboolean up)
{
    for (const PgsStep *step = up ? revision->up : revision->down; step != NULL;
         step = step->next) {
        g_autofree char *base = g_path_get_basename(step->path);
        g_auto(PgsFlywayName) name = {0};
        pgs_flyway_name_parse(&name, config, base);
        if (name.kind == PGS_FLYWAY_VERSIONED || name.kind == PGS_FLYWAY_UNDO ||
            name.kind == PGS_FLYWAY_BASELINE || name.kind == PGS_FLYWAY_REPEATABLE)
            return step;
    }
    return NULL;
}

/* getRelativePath() */
static char *
script_of(const PgsFlywayConfig *config, const PgsHistory *history, const char *path)
{
    g_autoptr(GPtrArray) missing = NULL;
    g_autoptr(GPtrArray) folders = pgs_flyway_config_folders(config, &missing);
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    g_autofree char *given = g_canonicalize_filename(history->folder, NULL);
    guint n = folders != NULL ? folders->len : 0;
    const char *best = NULL;
    gsize longest = 0;
    for (guint i = 0; i <= n; i++) {
        g_autofree char *folder =
            g_canonicalize_filename(i < n ? g_ptr_array_index(folders, i) : given, NULL);
        gsize length = strlen(folder);
        /* The folder that was given counts where no location holds the file. */
        if (g_str_has_prefix(absolute, folder) && absolute[length] == '/' &&
            (i < n ? length > longest : best == NULL)) {
            best = absolute + length + 1;
            longest = length;
        }
    }
    return best != NULL ? g_strdup(best) : g_path_get_basename(path);
}

static gboolean
sum_file(const PgsFlywayConfig *config, const char *path, gint32 *checksum, GError **error)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) local = NULL;
    gsize length;
    if (!g_file_get_contents(path, &bytes, &length, &local)) {
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER, NULL, "%s", local->message);
        return FALSE;
    }
    gsize n_text = length;
    g_autofree char *text =
        g_ascii_strcasecmp(config->encoding, "UTF-8") == 0
            ? g_steal_pointer(&bytes)
            : g_convert(bytes, (gssize)length, "UTF-8", config->encoding, NULL, &n_text, &local);
    if (text == NULL || !g_utf8_validate_len(text, n_text, NULL)) {
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                      "say the file's encoding in flyway.encoding",
                      "%s: it is not in the encoding %s, and Flyway's checksum of it cannot be "
                      "told",
                      path, config->encoding);
        return FALSE;
    }
    *checksum = pgs_flyway_checksum(text, n_text);
    return TRUE;
}

/* Of a repeatable one it is that of the text with its placeholders filled in. */
static gboolean
sum_of(const PgsFlywayConfig *config, const PgsStep *step, gboolean repeatable, gint32 *checksum,
       GError **error)
{
    if (!repeatable || step->text == NULL || !config->placeholder_replacement)
        return sum_file(config, step->path, checksum, error);
    gsize length;
    const char *text = g_bytes_get_data(step->text, &length);
    *checksum = pgs_flyway_checksum(text != NULL ? text : "", length);
    return TRUE;
}

/* AbbreviationUtils.java */
static char *
abbreviate(const char *text, glong limit, gboolean at_end)
{
    if (g_utf8_strlen(text, -1) <= limit)
        return g_strdup(text);
    g_autofree char *part = g_utf8_substring(text, at_end ? 0 : 3, at_end ? limit - 3 : limit);
    return at_end ? g_strconcat(part, "...", NULL) : g_strconcat("...", part, NULL);
}

PgsFlywayEntry *
pgs_flyway_entry_new(const PgsFlywayConfig *config, const PgsHistory *history,
                     const PgsRevision *revision, gboolean up, GError **error)
{
    enum { MAX_DESCRIPTION = 200, MAX_SCRIPT = 1000 };
    const PgsStep *step = find_step(config, revision, up);
    if (step == NULL)
        return NULL;
    g_autoptr(PgsFlywayEntry) entry = g_new0(PgsFlywayEntry, 1);
    g_autofree char *base = g_path_get_basename(step->path);
    g_auto(PgsFlywayName) name = {0};
    pgs_flyway_name_parse(&name, config, base);
    if (name.kind != PGS_FLYWAY_REPEATABLE) {
        entry->version = g_strdup(name.version);
        entry->key = g_strdup(name.key);
    }
    g_autofree char *description = g_strdelimit(g_strdup(name.description), "_", ' ');
    entry->description = abbreviate(description, MAX_DESCRIPTION, TRUE);
    entry->type = name.kind == PGS_FLYWAY_BASELINE ? "SQL_BASELINE" : up ? "SQL" : "UNDO_SQL";
    g_autofree char *script = script_of(config, history, step->path);
    entry->script = abbreviate(script, MAX_SCRIPT, FALSE);
    if (!sum_of(config, step, name.kind == PGS_FLYWAY_REPEATABLE, &entry->checksum, error))
        return NULL;
    return g_steal_pointer(&entry);
}
