#include "base/error.h"
#include "cli/migrate_show.h"
#include "operate/operate_error.h"

#include <string.h>

/* resolve: a person has looked at a revision that was begun and not finished. */

static gboolean
parse_answer(const char *word, gboolean *applied, GError **error)
{
    *applied = strcmp(word, "applied") == 0;
    if (*applied || strcmp(word, "pending") == 0)
        return TRUE;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "\"applied\": it was finished by hand; \"pending\": nothing of it is there",
                  "\"%s\" does not say what became of the revision", word);
    return FALSE;
}

/* Only what is not settled can be. */
static gboolean
is_unsettled(const PgsMigrate *migrate, const PgsStanding *standing, gint revision, GError **error)
{
    const PgsRevision *asked = g_ptr_array_index(migrate->history->revisions, (guint)revision);
    const PgsUnfinished *unfinished = standing->unfinished;
    if (unfinished != NULL && pgs_unfinished_concerns(unfinished, asked))
        return TRUE;
    g_autofree char *hint =
        unfinished != NULL ? g_strdup_printf("%s is", unfinished->label)
        : migrate->ledger == NULL
            ? g_strdup("\"pgstair migrate status\" says what is")
            : g_strdup("\"pgstair migrate status\" says what is; \"pgstair migrate stamp REV\" "
                       "writes the books of a database that has the schema already");
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, hint,
                  "%s is neither dirty nor unfinished", asked->label);
    return FALSE;
}

static gboolean
settle(const PgsMigrate *migrate, gint revision, gboolean applied, GError **error)
{
    g_autoptr(PgsStanding) standing =
        pgs_standing_read(migrate->target, migrate->history, migrate->ledger, error);
    if (standing == NULL || !is_unsettled(migrate, standing, revision, error))
        return FALSE;
    if (!migrate->settings->dry_run && !pgs_apply_settle(migrate->target, migrate->history,
                                                         migrate->ledger, revision, applied, error))
        return FALSE;
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "%s %s %s.\n", pgs_standing_label(migrate->history, revision),
                           migrate->settings->dry_run ? "would be noted as" : "is noted as",
                           applied ? "applied" : "not applied");
    pgs_show_print(migrate, out);
    return TRUE;
}

int
pgs_migrate_resolve(PgsMigrate *migrate, GError **error)
{
    gint revision;
    gboolean applied;
    if (!parse_answer(migrate->arguments[1], &applied, error) ||
        !pgs_migrate_history(migrate, error) ||
        !pgs_history_find(migrate->history, migrate->arguments[0], &revision, error))
        return PGS_EXIT_USAGE;
    if (revision < 0) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE, NULL, "base is no revision");
        return PGS_EXIT_USAGE;
    }
    g_autoptr(PgsMigrationLock) lock = NULL;
    if (!pgs_migrate_target(migrate, error) || !pgs_migrate_open_books(migrate, &lock, error))
        return PGS_EXIT_USAGE;
    return settle(migrate, revision, applied, error) ? PGS_EXIT_VERIFIED : PGS_EXIT_ENVIRONMENT;
}
