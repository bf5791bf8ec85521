#include "migration/flyway_script.h"

#include "base/error.h"
#include "base/text.h"
#include "migration/flyway_file.h"
#include "migration/flyway_split.h"
#include "migration/placeholders.h"

#include <string.h>

/* github.com/flyway/flyway, flyway-core/src/main/java/org/flywaydb/core/internal/: sqlscript/
 * ParserSqlScript.java and SqlScriptMetadata.java decide about the transaction, sqlscript/
 * DefaultSqlScriptExecutor.java sends one statement after the other. */
static const PgsTool tool = {
    .name = "flyway",
    /* github.com/pgjdbc/pgjdbc, core/v3/QueryExecutorImpl.java, processResults().  What Flyway
     * itself takes for a COPY … FROM STDIN goes by CopyManager (PostgreSQLCopyParsedStatement). */
    .refuses_copy = "COPY commands are only supported using the CopyManager API.",
    /* The same, sendQueryPreamble() and doSubprotocolBegin(); Flyway has no autocommit then
     * (jdbc/TransactionalExecutionTemplate.java). */
    .begins_anew = TRUE,
    .alone =
        "put it into a migration of its own, and write executeInTransaction=false into a file "
        "beside that, called as it with .conf behind: Flyway does not know by itself that this "
        "statement cannot run in a transaction",
};

/* What <script>.conf says. */
typedef struct {
    char *path;
    char *transaction, *replacement, *encoding, *execute; /* as written, or NULL */
} ScriptConf;

static void
script_conf_clear(ScriptConf *conf)
{
    g_free(conf->path);
    g_free(conf->transaction);
    g_free(conf->replacement);
    g_free(conf->encoding);
    g_free(conf->execute);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScriptConf, script_conf_clear)

static gboolean
refuse(GError **error, const char *hint, const char *path, const char *what)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint, "%s: %s", path,
                  what);
    return FALSE;
}

/* removeBoolean() of ConfigUtils.java */
static gboolean
check_boolean(const ScriptConf *conf, const char *key, const char *value, GError **error)
{
    if (value == NULL || g_ascii_strcasecmp(value, "true") == 0 ||
        g_ascii_strcasecmp(value, "false") == 0)
        return TRUE;
    g_autofree char *what =
        g_strdup_printf("invalid value for %s (should be either true or false): %s", key, value);
    return refuse(error, "Flyway migrates nothing with such a file", conf->path, what);
}

static gboolean
check_conf(const ScriptConf *conf, GHashTable *keys, GError **error)
{
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, keys);
    if (g_hash_table_iter_next(&iter, &key, NULL)) {
        g_autofree char *what =
            g_strdup_printf("unknown configuration property: %s", (const char *)key);
        return refuse(error,
                      "known: executeInTransaction, encoding, placeholderReplacement, "
                      "shouldExecute",
                      conf->path, what);
    }
    if (conf->execute != NULL && g_ascii_strcasecmp(conf->execute, "true") != 0 &&
        g_ascii_strcasecmp(conf->execute, "false") != 0)
        return refuse(error, "write true or false for pgstair", conf->path,
                      "shouldExecute is an expression, which pgstair does not evaluate");
    return check_boolean(conf, "executeInTransaction", conf->transaction, error) &&
           check_boolean(conf, "placeholderReplacement", conf->replacement, error);
}

static char *
steal_key(GHashTable *keys, const char *name)
{
    gpointer key;
    gpointer value;
    if (!g_hash_table_steal_extended(keys, name, &key, &value))
        return NULL;
    g_free(key);
    return value;
}

/* Placeholders are replaced in it, too. */
static gboolean
read_conf(const PgsFlywayScript *script, GHashTable *values, ScriptConf *conf, GError **error)
{
    g_autofree char *name = g_strconcat(script->file->name, ".conf", NULL);
    PgsFolderFile *file = pgs_folder_find(script->folder, name);
    if (file == NULL)
        return TRUE;
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return FALSE;
    conf->path = g_strdup(file->path);
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autofree char *missing = NULL;
    gsize offset;
    g_autofree char *replaced =
        length == 0 ? g_strdup("")
        : g_utf8_validate(text, (gssize)length, NULL)
            ? pgs_placeholders_flyway(text, length, values, script->config->placeholder_prefix,
                                      script->config->placeholder_suffix, &length, &missing,
                                      &offset)
            : NULL;
    if (replaced == NULL)
        return refuse(error, NULL, conf->path,
                      missing != NULL ? "a placeholder in it has no value" : "no valid UTF-8");
    g_autoptr(GHashTable) keys = pgs_flyway_file_properties(replaced);
    conf->transaction = steal_key(keys, "executeInTransaction");
    conf->replacement = steal_key(keys, "placeholderReplacement");
    conf->encoding = steal_key(keys, "encoding");
    conf->execute = steal_key(keys, "shouldExecute");
    return check_conf(conf, keys, error);
}

static void
put(GHashTable *values, const PgsFlywayConfig *config, const char *name, const char *value)
{
    char *key = g_strconcat("flyway", config->placeholder_separator, name, NULL);
    char *folded = g_utf8_strdown(key, -1);
    g_free(key);
    if (value == NULL || g_hash_table_contains(values, folded))
        g_free(folded);
    else
        g_hash_table_insert(values, folded, g_strdup(value));
}

/* ParsingContext.java.  User and database are the run's: each of pgstair's databases has a name of
 * its own. */
static GHashTable *
all_placeholders(const PgsFlywayScript *script)
{
    const PgsFlywayConfig *config = script->config;
    GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GHashTableIter iter;
    gpointer name;
    gpointer value;
    g_hash_table_iter_init(&iter, config->placeholders);
    while (g_hash_table_iter_next(&iter, &name, &value))
        g_hash_table_insert(values, g_strdup(name), g_strdup(value));
    g_autofree char *base = g_path_get_basename(script->file->name);
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");
    put(values, config, "defaultSchema", pgs_flyway_config_schema(config));
    put(values, config, "table", config->table);
    put(values, config, "environment", config->environment);
    put(values, config, "filename", base);
    put(values, config, "timestamp", time);
    put(values, config, "workingDirectory",
        config->root != NULL ? config->root : script->folder->real);
    return values;
}

/* A step that fails when it is come to. */
static PgsStep *
failed_step(const PgsFlywayScript *script, const char *text, gsize length, gsize offset,
            GError *cause)
{
    PgsStep *step = pgs_step_new_text(script->file->path, text, length, 1, NULL,
                                      PGS_SEND_STATEMENTS, TRUE, NULL, &tool);
    g_clear_pointer(&step->script, pgs_script_free);
    g_clear_error(&step->script_error);
    step->script_error = cause;
    step->script_error_position.offset = offset;
    pgs_text_position(text, length, offset, &step->script_error_position.line,
                      &step->script_error_position.column);
    return step;
}

/* "No value provided for placeholder" */
static GError *
missing_placeholder(const PgsFlywayConfig *config, const char *name)
{
    GError *error = NULL;
    g_autofree char *own = g_strconcat("flyway", config->placeholder_separator, NULL);
    g_autofree char *hint = g_strdup_printf(
        "give it in pgstair.yaml: placeholders: {\"%s\": …}%s", name,
        g_str_has_prefix(name, own)
            ? ""
            : ", or in flyway.toml or flyway.conf; a text that is to stay as it is needs "
              "placeholderReplacement=false in the script's .conf");
    pgs_error_set(&error, PGS_SQL_ERROR, PGS_SQL_ERROR_LEXICAL, hint,
                  "no value for the placeholder %s%s%s", config->placeholder_prefix, name,
                  config->placeholder_suffix);
    return error;
}

static GError *
mixed_error(const PgsFlywayScript *script)
{
    GError *error = NULL;
    g_autofree char *base = g_path_get_basename(script->file->name);
    g_autofree char *hint = g_strdup_printf(
        "put what cannot run in a transaction into a migration of its own, or write "
        "executeInTransaction=false into %s.conf: then nothing in it is rolled back",
        base);
    pgs_error_set(&error, PGS_SQL_ERROR, PGS_SQL_ERROR_LEXICAL, hint,
                  "Flyway refuses this migration: with this statement it holds both such as can "
                  "and such as cannot run in a transaction (mixed is false)");
    return error;
}

static gboolean
is_true(const char *said, gboolean otherwise)
{
    return said != NULL ? g_ascii_strcasecmp(said, "true") == 0 : otherwise;
}

/* executeInTransaction() of ParserSqlScript.java; *why: what decided that it does not. */
static gboolean
runs_within(const PgsFlywayScript *script, const ScriptConf *conf, const PgsFlywaySplit *split,
            const char **why)
{
    *why = NULL;
    if (conf->transaction != NULL) {
        gboolean within = is_true(conf->transaction, TRUE);
        *why = within ? NULL : "its .conf: executeInTransaction=false";
        return within;
    }
    if (!script->config->execute_in_transaction)
        *why = "flyway.executeInTransaction is false";
    else if (split->has_alone)
        *why = "Flyway knows that a statement in it cannot run in a transaction";
    return *why == NULL;
}

static PgsStep *
split_step(PgsFlywayScript *script, const ScriptConf *conf, const char *text, gsize length)
{
    g_auto(PgsFlywaySplit) split = {0};
    gsize offset = 0;
    GError *error = NULL;
    if (!pgs_flyway_split(text, length, &split, &offset, &error))
        return failed_step(script, text, length, offset, error);
    if (split.has_alone && split.has_within && !script->config->mixed &&
        conf->transaction == NULL && script->config->execute_in_transaction)
        return failed_step(script, text, length, split.mixed_at, mixed_error(script));
    const char *why;
    gboolean within = runs_within(script, conf, &split, &why);
    script->is_alone = !within;
    return pgs_step_new_text(script->file->path, text, length, 1, split.cuts, PGS_SEND_STATEMENTS,
                             within, why, &tool);
}

static PgsStep *
replaced_step(PgsFlywayScript *script, const ScriptConf *conf, GHashTable *values, const char *text,
              gsize length, GError **error)
{
    const PgsFlywayConfig *config = script->config;
    if (!is_true(conf->replacement, config->placeholder_replacement))
        return split_step(script, conf, text, length);
    g_autofree char *missing = NULL;
    gsize offset = 0;
    gsize n = 0;
    g_autofree char *replaced =
        pgs_placeholders_flyway(text, length, values, config->placeholder_prefix,
                                config->placeholder_suffix, &n, &missing, &offset);
    if (replaced != NULL)
        return split_step(script, conf, replaced, n);
    g_autoptr(GError) cause = missing_placeholder(config, missing);
    if (!script->is_resolved)
        return failed_step(script, text, length, offset, g_steal_pointer(&cause));
    guint line;
    guint column;
    pgs_text_position(text, length, offset, &line, &column);
    g_set_error(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, "%s:%u:%u: %s",
                script->file->path, line, column, cause->message);
    return NULL;
}

/* The file's bytes in UTF-8; NULL with error.  *length: of the result. */
static char *
decode(const char *encoding, const char *bytes, gsize n, gsize *length, GError **error)
{
    g_autoptr(GError) local = NULL;
    char *text = g_convert(bytes, (gssize)n, "UTF-8", encoding, NULL, length, &local);
    if (text == NULL)
        pgs_error_set(error, PGS_SQL_ERROR, PGS_SQL_ERROR_ENCODING,
                      "see encoding in its .conf, flyway.toml or flyway.conf",
                      "the file is not in %s: %s", encoding, local->message);
    return text;
}

PgsStep *
pgs_flyway_script_step(PgsFlywayScript *script, GError **error)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    g_auto(ScriptConf) conf = {0};
    g_autoptr(GHashTable) values = all_placeholders(script);
    GBytes *bytes = pgs_folder_text(script->file, error);
    if (bytes == NULL || !read_conf(script, values, &conf, error))
        return NULL;
    script->is_skipped = !is_true(conf.execute, TRUE);
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    const char *encoding = conf.encoding != NULL ? conf.encoding : script->config->encoding;
    gboolean utf8 =
        g_ascii_strcasecmp(encoding, "UTF-8") == 0 || g_ascii_strcasecmp(encoding, "UTF8") == 0;
    GError *local = NULL;
    g_autofree char *text = utf8 ? g_strndup(length > 0 ? data : "", length) : NULL;
    if (!utf8 && (text = decode(encoding, data, length, &length, &local)) == NULL)
        return failed_step(script, "", 0, 0, local);
    gsize mark = g_str_has_prefix(text, byte_order_mark) ? sizeof byte_order_mark - 1 : 0;
    if (!g_utf8_validate_len(text, length, NULL)) /* the step says where */
        return pgs_step_new_text(script->file->path, data, length, 1, NULL, PGS_SEND_STATEMENTS,
                                 TRUE, NULL, &tool);
    return replaced_step(script, &conf, values, text + mark, length - mark, error);
}
