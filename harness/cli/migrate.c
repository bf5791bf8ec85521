#include "cli/migrate.h"

#include "base/error.h"
#include "cli/source.h"
#include "cli/terminal.h"

void
pgs_migrate_clear(PgsMigrate *migrate)
{
    g_clear_pointer(&migrate->target, pgs_database_free);
    g_clear_pointer(&migrate->ledger, pgs_ledger_free);
    g_clear_pointer(&migrate->environment, pgs_environment_free);
    g_clear_pointer(&migrate->history, pgs_history_free);
    pgs_systems_clear(&migrate->systems);
}

static gboolean
fail_several(const PgsSystems *systems, GError **error)
{
    g_autoptr(GString) names = g_string_new("name one with --system: ");
    for (guint i = 0; i < systems->systems->len; i++) {
        const PgsSystem *system = g_ptr_array_index(systems->systems, i);
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", system->name);
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, names->str,
                  "there are %u systems, and this works on one", systems->systems->len);
    return FALSE;
}

gboolean
pgs_migrate_systems(PgsMigrate *migrate, GError **error)
{
    if (migrate->systems.systems != NULL)
        return TRUE;
    const PgsSettings *settings = migrate->settings;
    char *folder = settings->folder != NULL ? settings->folder : (char *)".";
    char *words[] = {settings->config == NULL ? folder : NULL, NULL};
    PgsSettings places = *settings; /* borrows all */
    places.arguments = words;
    return pgs_systems_resolve(&places, &migrate->systems, error);
}

static gboolean
resolve_system(PgsMigrate *migrate, GError **error)
{
    const PgsSettings *settings = migrate->settings;
    if (settings->folder != NULL && settings->config != NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "--system chooses one of the file's systems",
                      "--folder and --config both say where the migrations are");
        return FALSE;
    }
    if (!pgs_migrate_systems(migrate, error))
        return FALSE;
    if (migrate->systems.systems->len != 1)
        return fail_several(&migrate->systems, error);
    migrate->system = g_ptr_array_index(migrate->systems.systems, 0);
    return TRUE;
}

gboolean
pgs_migrate_history(PgsMigrate *migrate, GError **error)
{
    if (migrate->history != NULL)
        return TRUE;
    if (migrate->system == NULL && !resolve_system(migrate, error))
        return FALSE;
    migrate->history = pgs_history_read_system(migrate->system, migrate->cancellable, error);
    if (migrate->history == NULL)
        return FALSE;
    pgs_source_say_found(migrate->settings, migrate->system->folder, migrate->history);
    return TRUE;
}

static void
tell(const char *text, gpointer data)
{
    const PgsMigrate *migrate = data;
    if (!migrate->settings->quiet)
        pgs_terminal_note(text, NULL);
}

gboolean
pgs_migrate_has_url(const PgsMigrate *migrate, GError **error)
{
    const PgsEnvironment *environment = migrate->environment;
    if (environment->url != NULL)
        return TRUE;
    if (environment->name != NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "url: $NAME there, or --url beside --environment",
                      "%s:%u:%u: the environment \"%s\" has no url", environment->place.file,
                      environment->place.line, environment->place.column, environment->name);
        return FALSE;
    }
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "--url postgresql://…, --url '$NAME' for what the environment holds, or "
                  "environments: in pgstair.yaml and --environment NAME",
                  "which database is meant? There is no URL");
    return FALSE;
}

static gboolean
connect_to(PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_has_url(migrate, error))
        return FALSE;
    migrate->target =
        pgs_database_open(migrate->environment, tell, migrate, migrate->cancellable, error);
    return migrate->target != NULL;
}

/* Where they are is for the role's own search_path to say, before any migration changes it. */
static gboolean
find_books(PgsMigrate *migrate, GError **error)
{
    g_autoptr(PgsConnection) reader = pgs_database_reader(migrate->target, error);
    return reader != NULL && pgs_ledger_locate(migrate->ledger, reader, error);
}

gboolean
pgs_migrate_target(PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_history(migrate, error) || !pgs_migrate_environment(migrate, error))
        return FALSE;
    if (migrate->ledger == NULL && migrate->history->driver == PGS_DRIVER_SQL) {
        migrate->ledger = pgs_ledger_new(migrate->history, error);
        if (migrate->ledger == NULL)
            return FALSE;
    }
    if (migrate->target == NULL && !connect_to(migrate, error))
        return FALSE;
    return migrate->ledger == NULL || find_books(migrate, error);
}

PgsStanding *
pgs_migrate_standing(PgsMigrate *migrate, GError **error)
{
    return pgs_migrate_target(migrate, error)
               ? pgs_standing_read(migrate->target, migrate->history, migrate->ledger, error)
               : NULL;
}

gboolean
pgs_migrate_has_project(const PgsSettings *settings)
{
    const char *folder = settings->folder != NULL ? settings->folder : ".";
    g_autofree char *path = g_build_filename(folder, PGS_PROJECT_FILE, NULL);
    return settings->config != NULL ||
           (!settings->no_config && g_file_test(path, G_FILE_TEST_EXISTS));
}

gboolean
pgs_migrate_database(PgsMigrate *migrate, GError **error)
{
    /* Without a pgstair.yaml nothing is asked of the folder. */
    if (migrate->system == NULL && pgs_migrate_has_project(migrate->settings) &&
        !resolve_system(migrate, error))
        return FALSE;
    return pgs_migrate_environment(migrate, error) &&
           (migrate->target != NULL || connect_to(migrate, error));
}
