#include "project/environment_fields.h"

#include "project/reading.h"

#include <string.h>

enum {
    MOST_CONNECTIONS = 10000,
    MOST_SECONDS = 7 * 24 * 60 * 60,
    MOST_RETRIES = 1000,
};

/* ---- pool ---- */

static const PgsShape connections = {
    .type = PGS_SHAPE_NUMBER, .minimum = 1, .maximum = MOST_CONNECTIONS};
static const PgsShape overflow = {.type = PGS_SHAPE_NUMBER, .maximum = MOST_CONNECTIONS};

static gboolean
read_seconds(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
             GError **error)
{
    (void)context;
    guint *seconds = G_STRUCT_MEMBER_P(target, field->offset);
    pgs_field_keep(field, value, target);
    if (*seconds > 0 && *seconds < 1000)
        return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error, NULL,
                              "it is counted in whole seconds");
    *seconds /= 1000;
    return TRUE;
}

static const PgsField pool_fields[] = {
    {"size", &connections, "Connections that are kept open.", .standard = "`10`",
     .offset = G_STRUCT_OFFSET(PgsEnvironment, pool_size)},
    {"overflow", &overflow, "Further ones at a time, closed when they come back.",
     .standard = "`10`", .offset = G_STRUCT_OFFSET(PgsEnvironment, pool_overflow)},
    {"recycle", &pgs_shape_duration, "The age at which a connection is made anew.",
     .standard = "`30min`", .read = read_seconds,
     .offset = G_STRUCT_OFFSET(PgsEnvironment, pool_recycle)},
    {"timeout", &pgs_shape_duration,
     "How long to wait for a connection and for its answers, unless `--timeout` says it.",
     .standard = "`3s`", .offset = G_STRUCT_OFFSET(PgsEnvironment, pool_timeout)},
    {0},
};
static const PgsShape pool = {
    .type = PGS_SHAPE_RECORD,
    .name = "pool",
    .doc = "The connection pool that `pgstair ready` and `health` use.",
    .example = "pool: {size: 20, overflow: 5, recycle: 10min, timeout: 5s}\n",
    .fields = pool_fields,
};

static gboolean
read_pool(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
          GError **error)
{
    (void)field;
    return pgs_fields_read(pool_fields, value, target, context, error);
}

/* ---- An environment ---- */

/* Only all of a URL can be a variable's: what else looks like one would be sent as it stands. */
static gboolean
check_url(const PgsNode *value, GError **error)
{
    gboolean begins = *value->text == '$';
    const char *pattern =
        begins ? "^\\$[A-Za-z_][A-Za-z0-9_]*$" : "\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}";
    if (g_regex_match_simple(pattern, value->text, 0, 0) == begins)
        return TRUE;
    return pgs_node_error(value, PGS_CONFIG_ERROR_VALUE, error,
                          "url: $NAME, and the whole URL in that environment variable",
                          "environment variables are not put into a URL");
}

static gboolean
read_url(const PgsNode *value, const PgsField *field, gpointer target, gpointer context,
         GError **error)
{
    (void)context;
    pgs_field_keep(field, value, target);
    return check_url(value, error);
}

static const PgsShape retries = {.type = PGS_SHAPE_NUMBER, .maximum = MOST_RETRIES};
static const PgsShape limit = {.type = PGS_SHAPE_DURATION, .or_none = TRUE};
static const PgsField environment_fields[] = {
    {"url", &pgs_shape_text,
     "The database: a URL, libpq's `host=… dbname=…`, or `$NAME` for what that environment "
     "variable holds, which keeps passwords out of the file.",
     .standard = "what `--url` says", .read = read_url,
     .offset = G_STRUCT_OFFSET(PgsEnvironment, url)},
    {"protected", &pgs_shape_flag,
     "Before any change the database's name has to be typed, or `--yes` be given; `--no-backup` "
     "too has to be confirmed.",
     .standard = "`false`", .offset = G_STRUCT_OFFSET(PgsEnvironment, is_protected)},
    {"backup", &pgs_shape_flag, "Whether a backup is made before each change.",
     .standard = "`true`", .offset = G_STRUCT_OFFSET(PgsEnvironment, backup)},
    {"backup-folder", &pgs_shape_text, "Where backups are made.",
     .standard = "`pgstair-backups` in the working folder", .read = pgs_read_path,
     .offset = G_STRUCT_OFFSET(PgsEnvironment, backup_folder)},
    {"backup-timeout", &pgs_shape_duration, "How long a backup or its restoration may take.",
     .standard = "without limit", .offset = G_STRUCT_OFFSET(PgsEnvironment, backup_timeout)},
    {"verify-first", &pgs_shape_flag,
     "Whether what is to be run is verified on a throwaway server first, as `--verify-first` "
     "does.",
     .standard = "`false`", .offset = G_STRUCT_OFFSET(PgsEnvironment, verify_first)},
    {"lock-timeout", &limit,
     "How long a statement waits for a lock on a table before it is given up and tried again.",
     .standard = "`5s`", .offset = G_STRUCT_OFFSET(PgsEnvironment, lock_timeout)},
    {"statement-timeout", &limit, "How long each statement of a migration may take.",
     .standard = "`1h`", .offset = G_STRUCT_OFFSET(PgsEnvironment, statement_timeout)},
    {"lock-wait", &pgs_shape_duration,
     "How long to wait for another run of migrations on the same database.", .standard = "`1min`",
     .offset = G_STRUCT_OFFSET(PgsEnvironment, lock_wait)},
    {"retries", &retries,
     "How often what failed for a lock or a lost connection is tried again; `0`: never.",
     .standard = "`5`", .offset = G_STRUCT_OFFSET(PgsEnvironment, retries)},
    {"pool", &pool, "The connection pool of `pgstair ready` and `health`.", .read = read_pool},
    {0},
};
static const PgsShape environment = {
    .type = PGS_SHAPE_RECORD,
    .name = "database",
    .doc = "A database that `pgstair migrate`, `ready` and `health` work on, by name "
           "(`--environment`). Short: its URL. Options on the command line win.",
    .example = "environments:\n"
               "  test: postgresql://localhost/app_test\n"
               "  production:\n"
               "    url: $PRODUCTION_URL\n"
               "    protected: yes\n"
               "    verify-first: yes\n"
               "    backup-folder: /var/backups/app\n",
    .fields = environment_fields,
};
static const PgsShape *const choices[] = {&pgs_shape_text, &environment, NULL};
static const PgsShape environment_or_url = {.type = PGS_SHAPE_CHOICE, .choices = choices};
const PgsShape pgs_shape_environments = {
    .type = PGS_SHAPE_MAP, .element = &environment_or_url, .key_name = "name"};

/* ---- Reading ---- */

/* A password in a URI, "user:password@", or "password=…". */
static gboolean
has_password(const char *url)
{
    if (*url == '$')
        return FALSE;
    return g_regex_match_simple("^[a-z]+://[^/@]*:[^/@]+@|[?&]password=|(^|\\s)password\\s*=", url,
                                G_REGEX_CASELESS, 0);
}

static gboolean
read_one(const PgsNode *name, const PgsNode *value, GPtrArray *environments, PgsReading *reading,
         GError **error)
{
    PgsEnvironment *added = pgs_environment_new(name->text);
    added->place = name->place;
    g_ptr_array_add(environments, added);
    if (*name->text == '\0')
        return pgs_node_error(name, PGS_CONFIG_ERROR_VALUE, error, NULL, "the name is empty");
    if (value->type == PGS_NODE_SCALAR) {
        added->url = g_strdup(value->text);
        if (!check_url(value, error))
            return FALSE;
    } else if (!pgs_fields_read(environment_fields, value, added, reading, error))
        return FALSE;
    if (added->url != NULL && has_password(added->url))
        g_warning("%s:%u:%u: the URL of %s has a password in it, which whoever reads the file "
                  "knows then: write url: $NAME, and set that environment variable",
                  name->place.file, name->place.line, name->place.column, name->text);
    return TRUE;
}

gboolean
pgs_read_environments(const PgsNode *value, const PgsField *field, gpointer target,
                      gpointer context, GError **error)
{
    GPtrArray *environments = *(GPtrArray **)G_STRUCT_MEMBER_P(target, field->offset);
    for (guint i = 0; i < value->keys->len; i++) {
        if (!read_one(pgs_node_key_at(value, i), pgs_node_value_at(value, i), environments, context,
                      error))
            return FALSE;
    }
    return TRUE;
}

void
pgs_environments_inherit(PgsSystem *system, const GPtrArray *environments)
{
    for (guint i = 0; i < environments->len; i++) {
        const PgsEnvironment *one = g_ptr_array_index(environments, i);
        gboolean is_there = FALSE;
        for (guint k = 0; k < system->environments->len; k++) {
            const PgsEnvironment *own = g_ptr_array_index(system->environments, k);
            is_there = is_there || strcmp(own->name, one->name) == 0;
        }
        if (!is_there)
            g_ptr_array_add(system->environments, pgs_environment_copy(one));
    }
}
