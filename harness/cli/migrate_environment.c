#include "cli/migrate.h"

#include "base/error.h"
#include "operate/backup_file.h"
#include "server/conninfo.h"

#include <libpq-fe.h>
#include <string.h>

/*
 * Which database is meant: --environment; else --url alone; else the only environment of
 * pgstair.yaml, or the one called "default"; else $DATABASE_URL.  A URL that the file and the
 * command line both say might be two databases: that is refused.  A URL that is an environment's
 * own has its rules.
 */

/* Those of the system; NULL: it has none. */
static const GPtrArray *
environments_of(const PgsMigrate *migrate)
{
    const GPtrArray *all = migrate->system != NULL ? migrate->system->environments : NULL;
    return all != NULL && all->len > 0 ? all : NULL;
}

static const PgsEnvironment *
the_usual_one(const GPtrArray *environments)
{
    if (environments->len == 1)
        return g_ptr_array_index(environments, 0);
    return pgs_environment_find(environments, "default", NULL);
}

static void
refuse_to_choose(const GPtrArray *environments, GError **error)
{
    g_autoptr(GString) hint = g_string_new("name one with --environment: ");
    for (guint i = 0; i < environments->len; i++) {
        const PgsEnvironment *environment = g_ptr_array_index(environments, i);
        g_string_append_printf(hint, "%s%s", i > 0 ? ", " : "", environment->name);
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, hint->str,
                  "which database is meant? pgstair.yaml names %u", environments->len);
}

static PgsEnvironment *
named(const PgsMigrate *migrate, const char *name, GError **error)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    const GPtrArray *environments = environments_of(migrate);
    const PgsEnvironment *found =
        pgs_environment_find(environments != NULL ? environments : none, name, error);
    if (found == NULL)
        return NULL;
    const char *url = migrate->settings->url;
    if (url != NULL && found->url != NULL && g_strcmp0(url, found->url) != 0) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "give one of them (PGSTAIR_URL and PGSTAIR_ENVIRONMENT stand in for them)",
                      "--url and the environment \"%s\" both name a database", name);
        return NULL;
    }
    return pgs_environment_copy(found);
}

/* "host port database" of a URL, with libpq's defaults; NULL: it cannot be told.  g_free(). */
static char *
whereabouts(const char *url)
{
    static const char *const keywords[] = {"host", "hostaddr", "port", "dbname"};
    g_autofree char *text = pgs_conninfo_expand(url, NULL);
    PQconninfoOption *given = text != NULL ? PQconninfoParse(text, NULL) : NULL;
    PQconninfoOption *defaults = given != NULL ? PQconndefaults() : NULL;
    GString *out = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(keywords) && defaults != NULL; i++) {
        /* Both lists have all keywords, in the same order. */
        for (gsize k = 0; given[k].keyword != NULL; k++) {
            const char *value = given[k].val != NULL ? given[k].val : defaults[k].val;
            if (strcmp(given[k].keyword, keywords[i]) == 0)
                g_string_append_printf(out, "%s\n", value != NULL ? value : "");
        }
    }
    PQconninfoFree(given);
    PQconninfoFree(defaults);
    return g_string_free(out, out->len == 0);
}

/* The rules of a database hold, too, for who spells its URL out. */
static PgsEnvironment *
of_url(const GPtrArray *environments, const char *url)
{
    g_autofree char *place = whereabouts(url);
    for (guint i = 0; place != NULL && environments != NULL && i < environments->len; i++) {
        const PgsEnvironment *one = g_ptr_array_index(environments, i);
        g_autofree char *its = one->url != NULL ? whereabouts(one->url) : NULL;
        if (g_strcmp0(its, place) == 0)
            return pgs_environment_copy(one);
    }
    return pgs_environment_new(NULL);
}

static PgsEnvironment *
choose(const PgsMigrate *migrate, GError **error)
{
    const PgsSettings *settings = migrate->settings;
    if (settings->environment != NULL)
        return named(migrate, settings->environment, error);
    const GPtrArray *environments = environments_of(migrate);
    if (settings->url != NULL)
        return of_url(environments, settings->url);
    if (environments == NULL)
        return pgs_environment_new(NULL);
    const PgsEnvironment *usual = the_usual_one(environments);
    if (usual != NULL)
        return pgs_environment_copy(usual);
    const char *url = g_getenv("DATABASE_URL");
    if (url != NULL && *url != '\0')
        return of_url(environments, "$DATABASE_URL");
    refuse_to_choose(environments, error);
    return NULL;
}

static void
take_text(char **field, const char *value)
{
    if (value == NULL)
        return;
    g_free(*field);
    *field = g_strdup(value);
}

static void
take_number(guint *field, guint value)
{
    if (value != 0)
        *field = value == PGS_SETTINGS_ZERO ? 0 : value;
}

/* What the command line says wins. */
static void
apply_options(PgsEnvironment *environment, const PgsSettings *settings)
{
    const char *url = g_getenv("DATABASE_URL");
    take_text(&environment->url, settings->url);
    if (environment->url == NULL && environment->name == NULL && url != NULL && *url != '\0')
        environment->url = g_strdup("$DATABASE_URL");
    take_text(&environment->backup_folder, settings->backup_folder);
    if (environment->backup_folder == NULL)
        environment->backup_folder = g_strdup(PGS_BACKUP_FOLDER);
    if (settings->no_backup)
        environment->backup = FALSE;
    environment->verify_first = environment->verify_first || settings->verify_first;
    take_number(&environment->lock_timeout, settings->lock_timeout);
    take_number(&environment->lock_wait, settings->lock_wait);
    take_number(&environment->statement_timeout, settings->statement_timeout);
    take_number(&environment->retries, settings->retries);
}

gboolean
pgs_migrate_environment(PgsMigrate *migrate, GError **error)
{
    if (migrate->environment != NULL)
        return TRUE;
    g_autoptr(PgsEnvironment) environment = choose(migrate, error);
    if (environment == NULL)
        return FALSE;
    apply_options(environment, migrate->settings);
    migrate->environment = g_steal_pointer(&environment);
    return TRUE;
}
