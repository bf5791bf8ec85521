#include "operate/script.h"

#include "base/error.h"
#include "operate/backup.h"
#include "operate/script_alembic.h"
#include "operate/script_guard.h"
#include "operate/script_step.h"
#include "operate/script_text.h"

#include <string.h>

typedef struct {
    PgsScriptOutput output;
    const PgsLedger *ledger; /* whose statements name its schema */
    gint from, to;
} Writer;

static const PgsRevision *
revision_at(const Writer *writer, gint index)
{
    return g_ptr_array_index(writer->output.history->revisions, (guint)index);
}

static const char *
name_of(const Writer *writer, gint index)
{
    return index < 0 ? "base" : revision_at(writer, index)->label;
}

/* ---- the head ---- */

static void
append_head(const Writer *writer)
{
    GString *to = writer->output.to;
    const PgsHistory *history = writer->output.history;
    gboolean up = writer->to >= writer->from;
    pgs_script_text_append_comment(to, "%s of %s (%s) from %s to %s", up ? "Upgrade" : "Downgrade",
                                   history->folder, history->format, name_of(writer, writer->from),
                                   name_of(writer, writer->to));
    g_string_append(
        to, "-- Written by pgstair; made for psql, and for a database that stands at the first of "
            "these revisions:\n"
            "--     psql -X -v ON_ERROR_STOP=1 -f THIS_FILE \"postgresql://…\"\n"
            "-- Not with psql's -1: it has its own transactions.  It stops at the first error; "
            "what was committed\n"
            "-- before stays, and the books say how far it came.\n");
    pgs_script_text_append_settings(to);
    if (history->session != NULL)
        g_string_append_printf(to, "%s;\n", history->session);
}

static gboolean
append_books(Writer *writer, GError **error)
{
    const PgsLedger *ledger = writer->ledger;
    g_string_append(writer->output.to, "\n-- the books\n");
    g_autofree char *create = ledger->kind->create != NULL ? ledger->kind->create(ledger) : NULL;
    return create == NULL || pgs_script_books_append(&writer->output, create, error);
}

/* ---- revisions ---- */

typedef struct {
    char *begin;  /* or NULL */
    char *record; /* or NULL */
} Books;

static void
books_clear(Books *books)
{
    g_free(books->begin);
    g_free(books->record);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Books, books_clear)

static void
books_init(Books *books, const PgsLedger *ledger, gint revision, gboolean up)
{
    const PgsLedgerKind *kind = ledger->kind;
    PgsLedgerEvent event = {.revision = revision, .up = up};
    books->begin = kind->begin != NULL ? kind->begin(ledger, &event) : NULL;
    books->record = kind->record != NULL ? kind->record(ledger, &event) : NULL;
}

static gboolean
append_optional(Writer *writer, const char *books, GError **error)
{
    return books == NULL || pgs_script_books_append(&writer->output, books, error);
}

/* As pgs_apply_run() has it: the books within the text's transaction where both can be committed
 * together; else as the tool does. */
static gboolean
append_steps(Writer *writer, const PgsStep *step, const Books *books, GError **error)
{
    PgsScriptOutput *output = &writer->output;
    gboolean together = step->next == NULL && pgs_script_step_is_atomic(output, step);
    gboolean behind = writer->ledger->kind->place != PGS_LEDGER_WITHIN;
    if (!together && !append_optional(writer, books->begin, error))
        return FALSE;
    for (; step != NULL; step = step->next) {
        gboolean is_last = step->next == NULL;
        if (!is_last || (behind && !together)) {
            if (!pgs_script_step_append(output, step, NULL, error))
                return FALSE;
            if (is_last && !append_optional(writer, books->record, error))
                return FALSE;
            continue;
        }
        g_autofree char *both =
            together && books->begin != NULL
                ? g_strconcat(books->begin, books->record != NULL ? books->record : "", NULL)
                : g_strdup(books->record);
        if (!pgs_script_step_append(output, step, both, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
append_revision(Writer *writer, gint index, gboolean up, GError **error)
{
    const PgsRevision *revision = revision_at(writer, index);
    const PgsStep *step = up ? revision->up : revision->down;
    GString *to = writer->output.to;
    if (!up && revision->repeatable)
        return TRUE;
    if (!up && step == NULL) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, NULL,
                      "there is no way down from %s", revision->label);
        return FALSE;
    }
    g_string_append_c(to, '\n');
    pgs_script_text_append_comment(to, "revision %s%s: %s", revision->label, up ? "" : " (down)",
                                   step != NULL ? step->path : "no file");
    g_auto(Books) books = {0};
    books_init(&books, writer->ledger, index, up);
    if (step == NULL)
        return append_optional(writer, books.begin, error) &&
               append_optional(writer, books.record, error);
    return append_steps(writer, step, &books, error);
}

/* Behind all others, where there are any: operate/migration_plan.c, add_hooks(). */
static gboolean
append_hooks(Writer *writer, GError **error)
{
    for (gint i = 0; i < (gint)writer->output.history->revisions->len; i++) {
        if (revision_at(writer, i)->is_hook && !append_revision(writer, i, TRUE, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
append_revisions(Writer *writer, GError **error)
{
    gboolean up = writer->to >= writer->from, any = FALSE;
    gint first = up ? writer->from + 1 : writer->from;
    gint step = up ? 1 : -1;
    gint behind = up ? writer->to + 1 : writer->to;
    gboolean is_batch = writer->output.history->is_batch && first != behind;
    if (is_batch)
        g_string_append(writer->output.to, "\nBEGIN;\n");
    writer->output.in_batch = is_batch;
    for (gint i = first; i != behind; i += step) {
        if (revision_at(writer, i)->is_hook)
            continue;
        if (!append_revision(writer, i, up, error))
            return FALSE;
        any = TRUE;
    }
    if (up && any && !append_hooks(writer, error))
        return FALSE;
    writer->output.in_batch = FALSE;
    if (is_batch)
        g_string_append(writer->output.to, "\nCOMMIT;\n");
    return TRUE;
}

static char *
refuse_driver(const PgsHistory *history, GError **error)
{
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "have the tool itself write the SQL, if it can",
                  "%s runs its migrations itself: pgstair cannot write them as SQL",
                  history->format);
    return NULL;
}

char *
pgs_script_write(const PgsHistory *history, const PgsLedger *ledger, gint from, gint to,
                 GCancellable *cancellable, GError **error)
{
    g_autoptr(GString) script = g_string_new(NULL);
    Writer writer = {
        .output = {.to = script, .history = history},
        .from = from,
        .to = to,
    };
    while (writer.to > from && revision_at(&writer, writer.to)->is_hook)
        writer.to--; /* it comes behind all of them in any case */
    append_head(&writer);
    if (history->driver == PGS_DRIVER_ALEMBIC)
        return pgs_script_alembic_append(script, history, from, to, cancellable, error)
                   ? g_string_free(g_steal_pointer(&script), FALSE)
                   : NULL;
    if (ledger == NULL)
        return refuse_driver(history, error);
    g_auto(PgsScriptLedger) located = {0};
    pgs_script_ledger_init(&located, ledger);
    writer.ledger = &located.ledger;
    pgs_script_guard_append(script, ledger, from);
    if (!append_books(&writer, error) || !append_revisions(&writer, error))
        return NULL;
    return g_string_free(g_steal_pointer(&script), FALSE);
}
