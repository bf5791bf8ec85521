#include "ledger/sqlx_config.h"

#include "base/error.h"
#include "ledger/ledger.h"
#include "migration/flyway_file.h"
#include "migration/reader.h"

#include <string.h>

/* sqlx's command reads it in the folder that it is called in, the macro at the crate's root: above
 * the migrations in either case. */
enum {
    LEVELS_ABOVE = 3,
};

void
pgs_sqlx_config_free(PgsSqlxConfig *config)
{
    if (config == NULL)
        return;
    g_strfreev(config->schemas);
    g_free(config->ignored);
    g_free(config);
}

/* The text of the nearest one, or NULL; *path: where it is. */
static char *
find_text(const char *said, char **path)
{
    g_autofree char *folder = g_canonicalize_filename(said, NULL);
    char *text = NULL;
    for (guint level = 0; level <= LEVELS_ABOVE && text == NULL; level++) {
        g_free(*path);
        *path = g_build_filename(folder, "sqlx.toml", NULL);
        text = pgs_file_text_beside(folder, "sqlx.toml");
        char *above = g_path_get_dirname(folder);
        g_free(folder);
        folder = above;
    }
    return text;
}

/* One character each, with commas between them: a comma may be one of them. */
static void
take_ignored(PgsSqlxConfig *config, const char *list)
{
    glong length = 0;
    g_autofree gunichar *characters = g_utf8_to_ucs4(list, -1, NULL, &length, NULL);
    config->ignored = g_new0(gunichar, (gsize)length + 1);
    for (glong i = 0; i < length; i += 2)
        config->ignored[config->n_ignored++] = characters[i];
}

static void
take_keys(PgsSqlxConfig *config, GHashTable *keys)
{
    const char *schemas = g_hash_table_lookup(keys, "migrate.create-schemas");
    const char *ignored = g_hash_table_lookup(keys, "migrate.ignored-chars");
    if (schemas != NULL) {
        g_strfreev(config->schemas);
        config->schemas = g_strsplit(schemas, ",", -1);
    }
    if (ignored != NULL)
        take_ignored(config, ignored);
}

PgsSqlxConfig *
pgs_sqlx_config_new(const char *folder, GError **error)
{
    g_autoptr(PgsSqlxConfig) config = g_new0(PgsSqlxConfig, 1);
    config->schemas = g_new0(char *, 1);
    guint line = 0;
    g_autofree char *path = NULL;
    g_autofree char *text = find_text(folder, &path);
    if (text == NULL)
        return g_steal_pointer(&config);
    g_autoptr(GHashTable) keys = pgs_flyway_file_toml(text, &line);
    if (keys == NULL) {
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER,
                      "it may say what sqlx's checksums leave out, and has to be read",
                      "%s:%u: no TOML", path, line);
        return NULL;
    }
    take_keys(config, keys);
    return g_steal_pointer(&config);
}

static gboolean
is_ignored(const PgsSqlxConfig *config, gunichar character)
{
    for (gsize i = 0; i < config->n_ignored; i++) {
        if (config->ignored[i] == character)
            return TRUE;
    }
    return FALSE;
}

/* source.rs, checksum_with() */
char *
pgs_sqlx_config_checksum(const PgsSqlxConfig *config, GBytes *text)
{
    gsize length;
    const char *bytes = g_bytes_get_data(text, &length);
    if (config->n_ignored == 0 || !g_utf8_validate_len(length > 0 ? bytes : "", length, NULL))
        return g_compute_checksum_for_bytes(G_CHECKSUM_SHA384, text);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA384);
    for (const char *at = bytes; at < bytes + length; at = g_utf8_next_char(at)) {
        if (!is_ignored(config, g_utf8_get_char(at)))
            g_checksum_update(checksum, (const guchar *)at, g_utf8_next_char(at) - at);
    }
    return g_strdup(g_checksum_get_string(checksum));
}
