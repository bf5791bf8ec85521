#include "base/error.h"
#include "base/text.h"
#include "cli/migrate_show.h"
#include "cli/terminal.h"
#include "operate/draft.h"

#include <string.h>

/* new: a revision's files, empty or with the difference between head and a model. */

/* Differences that are listed on the terminal; the file's head has them all. */
#define MAX_LISTED 40

/* What the model is called; a URL may hold a password. */
static char *
name_model(const char *model)
{
    gboolean is_url = strstr(model, "://") != NULL ||
                      (strchr(model, '=') != NULL && !g_file_test(model, G_FILE_TEST_EXISTS));
    if (is_url)
        return g_strdup("a database");
    return strcmp(model, "model") == 0 ? g_strdup("the model of pgstair.yaml")
                                       : pgs_text_plain(model);
}

static const char *
head_label(const PgsHistory *history)
{
    const PgsRevision *last =
        history->revisions->len > 0 ? history->revisions->pdata[history->revisions->len - 1] : NULL;
    return last != NULL ? last->label : "base";
}

/* What stands at the file's head. */
static char *
make_note(const PgsMigrate *migrate, const PgsRevisionDraft *made)
{
    g_autofree char *model = name_model(migrate->settings->from_diff);
    GString *note = g_string_new(NULL);
    g_string_append_printf(note,
                           "Draft made by pgstair " PGS_VERSION " of the difference between %s and "
                           "%s:\nread it before it is run.",
                           head_label(migrate->history), model);
    if (made->proof != NULL)
        g_string_append_printf(note, "\nNOT PROVEN on a throwaway server:\n%s", made->proof);
    if (made->unsaid->len > 0)
        g_string_append(note, "\nIt does not write:");
    for (guint i = 0; i < made->unsaid->len; i++)
        g_string_append_printf(note, "\n- %s", (char *)made->unsaid->pdata[i]);
    return g_string_free(note, FALSE);
}

/* ---- what is said ---- */

static void
say_unsaid(GString *out, const PgsRevisionDraft *made)
{
    guint n = MIN(made->unsaid->len, MAX_LISTED);
    for (guint i = 0; i < n; i++)
        pgs_show_row(out, i == 0 ? "Unwritten" : "", "%s", (char *)made->unsaid->pdata[i]);
    if (made->unsaid->len > n)
        pgs_show_row(out, "", "… and %u more", made->unsaid->len - n);
}

static void
say_draft(GString *out, const PgsRevisionDraft *made)
{
    g_autofree char *count = pgs_text_count(made->n_written, "difference", NULL);
    pgs_show_row(out, "Draft", "%s written, both ways", count);
    say_unsaid(out, made);
    if (made->proof == NULL) {
        pgs_show_row(out, "Proven", "%s",
                     made->unsaid->len > 0
                         ? "on a throwaway server the upgrade makes the model but for what is not "
                           "written, and the downgrade leads back to head"
                         : "on a throwaway server the upgrade makes the model, and the downgrade "
                           "leads back to head");
        return;
    }
    g_auto(GStrv) lines = g_strsplit(made->proof, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        g_autofree char *plain = pgs_text_plain(lines[i]);
        pgs_show_row(out, i == 0 ? "NOT PROVEN" : "", "%s", plain);
    }
}

static void
say_paths(GString *out, const char *heading, const PgsRevisionDraft *written)
{
    for (guint i = 0; i < written->paths->len; i++) {
        g_autofree char *plain = pgs_text_plain(written->paths->pdata[i]);
        pgs_show_row(out, i == 0 ? heading : "", "%s", plain);
    }
}

/* ---- the command ---- */

static gboolean
write_revision(const PgsMigrate *migrate, const char *note, const char *up, const char *down,
               GString *out, GError **error)
{
    g_autoptr(PgsRevisionDraft) written =
        pgs_revision_draft_write(migrate->system, migrate->history, migrate->arguments[0], note, up,
                                 down, migrate->cancellable, error);
    if (written == NULL)
        return FALSE;
    say_paths(out, "Written", written);
    return TRUE;
}

/* --dry-run without a model. */
static int
say_names(const PgsMigrate *migrate, GError **error)
{
    g_autoptr(PgsRevisionDraft) named =
        pgs_revision_draft_name(migrate->system, migrate->history, migrate->arguments[0], error);
    if (named == NULL)
        return PGS_EXIT_USAGE;
    GString *out = g_string_new(NULL);
    say_paths(out, "To write", named);
    pgs_show_print(migrate, out);
    return PGS_EXIT_VERIFIED;
}

/* --dry-run: the SQL itself, and nothing else on standard output. */
static void
print_texts(const char *note, const char *up, const char *down)
{
    GString *text = g_string_new(NULL);
    g_autofree char *plain = pgs_text_plain(note);
    g_auto(GStrv) lines = g_strsplit(plain, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        g_string_append_printf(text, "-- %s\n", *line);
    g_string_append_printf(text, "\n-- upgrade\n\n%s\n-- downgrade\n\n%s", up,
                           down != NULL ? down : "");
    pgs_show_print_always(text);
}

static int
run_from_model(const PgsMigrate *migrate, GError **error)
{
    const PgsVerifyOptions options = {
        .note = migrate->settings->quiet ? NULL : pgs_terminal_note,
        .cancellable = migrate->cancellable,
    };
    g_autoptr(PgsRevisionDraft) made = pgs_revision_draft_new();
    g_autofree char *up = NULL, *down = NULL;
    if (!pgs_revision_draft_from_model(migrate->system, migrate->history,
                                       migrate->settings->from_diff, &options, &up, &down, made,
                                       error))
        return PGS_EXIT_ENVIRONMENT;
    GString *out = g_string_new(NULL);
    if (up == NULL) {
        g_autofree char *model = name_model(migrate->settings->from_diff);
        g_string_append_printf(out, "Head and %s are the same schema%s: nothing is written.\n",
                               model,
                               made->unsaid->len > 0 ? " but for what pgstair cannot write" : "");
        say_unsaid(out, made);
        pgs_show_print(migrate, out);
        return made->unsaid->len > 0 ? PGS_EXIT_FAILED : PGS_EXIT_VERIFIED;
    }
    g_autofree char *note = make_note(migrate, made);
    if (migrate->settings->dry_run) {
        print_texts(note, up, down);
        g_string_free(out, TRUE);
        return made->is_proven ? PGS_EXIT_VERIFIED : PGS_EXIT_FAILED;
    }
    if (!write_revision(migrate, note, up, down, out, error)) {
        g_string_free(out, TRUE);
        return PGS_EXIT_ENVIRONMENT;
    }
    say_draft(out, made);
    pgs_show_print(migrate, out);
    return made->is_proven ? PGS_EXIT_VERIFIED : PGS_EXIT_FAILED;
}

int
pgs_migrate_new(PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_history(migrate, error))
        return PGS_EXIT_USAGE;
    if (migrate->settings->from_diff != NULL)
        return run_from_model(migrate, error);
    if (migrate->settings->dry_run)
        return say_names(migrate, error);
    GString *out = g_string_new(NULL);
    if (!write_revision(migrate, NULL, NULL, NULL, out, error)) {
        g_string_free(out, TRUE);
        return PGS_EXIT_USAGE;
    }
    pgs_show_print(migrate, out);
    return PGS_EXIT_VERIFIED;
}
