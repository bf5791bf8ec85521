#include "cli/migrate.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/migrate_show.h"
#include "cli/terminal.h"
#include "operate/align.h"

#include <unistd.h>

/* align: as status and upgrade print it; a revision's changes below its name, stage by stage. */

enum {
    STAGE_INDENT = 4,
    STAGE_COLUMNS = 13,
};

typedef struct {
    const PgsMigrate *migrate;
    gint revision; /* whose name was printed last; -1: none's */
    PgsAlignStage stage;
} Telling;

/* What a line without a revision is called. */
static const char *const row_names[PGS_ALIGN_N_STAGES] = {
    [PGS_ALIGN_BACKUP] = "Backup", [PGS_ALIGN_BASELINE] = "Baseline", [PGS_ALIGN_ROWS] = "Rows",
    [PGS_ALIGN_BOOKS] = "Books",   [PGS_ALIGN_VERIFY] = "Verified",
};

static const char *
label_of(const Telling *telling, gint revision)
{
    return pgs_standing_label(telling->migrate->history, revision);
}

/* A change that a revision is to make. */
static void
show_change(GString *out, Telling *telling, const PgsAlignNews *news)
{
    gboolean is_new = news->revision != telling->revision;
    gboolean says_stage = is_new || news->stage != telling->stage;
    guint width = MIN(pgs_terminal_width(STDOUT_FILENO), 100);
    /* What goes on stands further in: each change begins a line. */
    g_autofree char *text = pgs_options_wrap(news->text, STAGE_INDENT + STAGE_COLUMNS + 2, width);
    if (is_new)
        g_string_append_printf(out, "\n  %s\n", label_of(telling, news->revision));
    g_string_append_printf(out, "%*s%-*s%s\n", STAGE_INDENT, "", STAGE_COLUMNS,
                           says_stage ? pgs_align_stage_name(news->stage) : "", text);
}

static void
show_run(GString *out, const Telling *telling, const PgsAlignNews *news)
{
    const char *label = label_of(telling, news->revision);
    g_autofree char *time = pgs_text_duration(news->duration);
    if (news->is_done)
        g_string_append_printf(out, "  up     %s  %s: %s\n", label, time, news->text);
    else
        g_string_append_printf(out, "  again  %s: %s\n", label, news->text);
}

static void
show_line(GString *out, const Telling *telling, const PgsAlignNews *news)
{
    gboolean follows = telling->revision < 0 && telling->stage == news->stage;
    if (telling->revision >= 0)
        g_string_append_c(out, '\n');
    const char *name = row_names[news->stage];
    pgs_show_row(out, follows || name == NULL ? "" : name, "%s", news->text);
}

static void
take_news(const PgsAlignNews *news, gpointer data)
{
    Telling *telling = data;
    GString *out = g_string_new(NULL);
    if (news->revision < 0)
        show_line(out, telling, news);
    else if (news->stage == PGS_ALIGN_REVISION)
        show_run(out, telling, news);
    else
        show_change(out, telling, news);
    telling->revision = news->revision;
    telling->stage = news->stage;
    pgs_show_print(telling->migrate, out);
}

static gboolean
confirm(gpointer data, GError **error)
{
    const Telling *telling = data;
    const PgsMigrate *migrate = telling->migrate;
    g_autofree char *question =
        g_strdup_printf("Bring %s under these migrations, and to head?", migrate->target->place);
    if (!migrate->environment->is_protected)
        return pgs_migrate_confirm(migrate, question, error);
    return pgs_migrate_confirm_change(migrate, "align", error) &&
           pgs_migrate_confirm_no_backup(migrate, error);
}

static void
say(const PgsMigrate *migrate, const char *text)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "\n%s\n", text);
    pgs_show_print(migrate, out);
}

int
pgs_migrate_align(PgsMigrate *migrate, GError **error)
{
    g_autofree char *server = NULL;
    if (!pgs_migrate_history(migrate, error) || !pgs_apply_writes_books(migrate->history, error) ||
        !pgs_settings_one_server(migrate->settings, &server, error))
        return PGS_EXIT_USAGE;
    if (!pgs_migrate_target(migrate, error))
        return PGS_EXIT_ENVIRONMENT;
    GString *place = g_string_new(NULL);
    pgs_show_place(place, migrate);
    pgs_show_print(migrate, place);
    Telling telling = {migrate, -1, PGS_ALIGN_N_STAGES};
    PgsAlignOptions options = {
        .dry_run = migrate->settings->dry_run,
        .backup = migrate->environment->backup && !migrate->settings->no_backup,
        .force = migrate->settings->force,
        .server = server,
        .told = take_news,
        .confirm = confirm,
        .data = &telling,
    };
    if (!pgs_align_run(migrate->target, migrate->system, migrate->history, migrate->ledger,
                       &options, error))
        return PGS_EXIT_FAILED;
    say(migrate, options.dry_run ? "Nothing was changed (--dry-run)." : "Aligned: it is at head.");
    return PGS_EXIT_VERIFIED;
}
