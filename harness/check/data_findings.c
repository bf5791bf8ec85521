#include "check/data_findings.h"

#include "base/text.h"
#include "cycle/downs.h"

typedef struct {
    const PgsSystem *system;
    const PgsHistory *history;
    GPtrArray *findings;
} Run;

static const PgsRevision *
revision_at(const Run *run, gint index)
{
    return g_ptr_array_index(run->history->revisions, (guint)index);
}

/* Takes title over; the finding belongs to the findings. */
static PgsFinding *
add_finding(const Run *run, const char *check, gint revision, char *title)
{
    PgsFinding *finding =
        pgs_finding_new(check, PGS_STATUS_PASSED, run->system->name,
                        revision >= 0 ? revision_at(run, revision)->label : NULL, title);
    g_free(title);
    g_ptr_array_add(run->findings, finding);
    return finding;
}

static void
set_skipped(PgsFinding *finding, const char *reason)
{
    finding->status = PGS_STATUS_SKIPPED;
    finding->message = g_strdup(reason);
}

/* ---- the server's words ---- */

static char *
message_of(const PgsFailure *failure, const char *message)
{
    return failure != NULL && failure->sqlstate[0] != '\0'
               ? g_strdup_printf("%s (SQLSTATE %s)", message, failure->sqlstate)
               : g_strdup(message);
}

static void
append_lines(GString *detail, const char *text)
{
    if (text != NULL)
        g_string_append_printf(detail, "%s%s", detail->len > 0 ? "\n" : "", text);
}

static void
set_detail(PgsFinding *finding, const GString *detail)
{
    if (detail->len > 0)
        finding->detail = g_strdup(detail->str);
}

static void
append_failure(GString *detail, const PgsFailure *failure)
{
    if (failure == NULL)
        return;
    append_lines(detail, failure->detail);
    append_lines(detail, failure->context);
}

/* ---- losses ---- */

/* "public.users.email: 3 of 10 rows have other values, and 2 more losses" */
static char *
sum_up(const GPtrArray *losses)
{
    const PgsLoss *first = g_ptr_array_index(losses, 0);
    if (losses->len == 1)
        return g_strdup(first->message);
    g_autofree char *more = pgs_text_count(losses->len - 1, "more loss", "more losses");
    return g_strdup_printf("%s, and %s", first->message, more);
}

static void
append_losses(GString *detail, const GPtrArray *losses)
{
    for (guint i = 0; i < losses->len; i++) {
        const PgsLoss *loss = g_ptr_array_index(losses, i);
        append_lines(detail, loss->message);
        if (loss->example != NULL)
            g_string_append_printf(detail, "\n    %s", loss->example);
    }
}

static void
add_object(PgsFinding *finding, const PgsLoss *loss)
{
    g_autofree char *object = loss->column != NULL
                                  ? g_strdup_printf("column %s.%s", loss->table, loss->column)
                                  : g_strdup_printf("table %s", loss->table);
    pgs_finding_add_object(finding, object);
}

/* what: in front of the first loss, or NULL; losses has one at least. */
static void
judge_losses(PgsFinding *finding, const char *what, const GPtrArray *losses)
{
    g_autofree char *sum = sum_up(losses);
    g_autoptr(GString) detail = g_string_new(NULL);
    append_losses(detail, losses);
    finding->status = PGS_STATUS_FAILED;
    finding->message = g_strdup_printf("%s%s", what != NULL ? what : "", sum);
    for (guint i = 0; i < losses->len; i++)
        add_object(finding, g_ptr_array_index(losses, i));
    set_detail(finding, detail);
}

/* ---- samples ---- */

static void
add_requirements(PgsFinding *finding, const PgsSample *sample)
{
    for (char **id = sample->requirements; *id != NULL; id++)
        pgs_finding_add_requirement(finding, *id);
}

/* what: "the second load fails: ", or "". */
static void
judge_refusal(PgsFinding *finding, const char *what, const PgsSeedFailure *failure)
{
    g_autofree char *message = message_of(failure->failure, failure->message);
    g_autoptr(GString) detail = g_string_new(NULL);
    append_failure(detail, failure->failure);
    finding->status = PGS_STATUS_FAILED;
    finding->message = g_strconcat(what, message, NULL);
    set_detail(finding, detail);
    finding->file = g_strdup(failure->path);
    finding->line = failure->line;
    finding->column = failure->column;
    finding->sql = g_strdup(failure->statement);
    finding->hint = g_strdup(failure->hint);
}

static void
set_place(PgsFinding *finding, const PgsSample *sample)
{
    finding->file = g_strdup(sample->place.file != NULL ? sample->place.file : sample->pattern);
    finding->line = sample->place.line;
    finding->column = sample->place.column;
}

static void
judge_second_load(PgsFinding *finding, const PgsSampleLoad *load)
{
    if (load->unreached != NULL) {
        set_skipped(finding, load->unreached);
    } else if (load->failure != NULL) {
        set_skipped(finding, "it does not load once");
    } else if (load->again_failure != NULL) {
        judge_refusal(finding, "the second load fails: ", load->again_failure);
    } else if (load->again == NULL) {
        set_skipped(finding, load->reason);
    } else if (load->again->len > 0) {
        judge_losses(finding, "the second load changes rows: ", load->again);
        set_place(finding, load->sample);
        finding->hint =
            g_strdup("a key:, ON CONFLICT DO NOTHING, or TRUNCATE and keys and times "
                     "that are written out; idempotent: false if it is not meant to be");
    }
}

/* It loads, but proves nothing before somebody has looked at it. */
static void
judge_note(PgsFinding *finding, const PgsSampleLoad *load)
{
    finding->status = PGS_STATUS_WARNING;
    g_auto(GStrv) parts = g_strsplit(load->note, "\nHINT: ", 2);
    finding->message = g_strdup(parts[0]);
    set_place(finding, load->sample);
    finding->hint = g_strdup(parts[1]);
}

static void
add_load(const Run *run, const PgsSampleLoad *load)
{
    const char *label = load->revision >= 0 ? revision_at(run, load->revision)->label : "base";
    const char *pattern = load->sample->pattern;
    PgsFinding *first =
        add_finding(run, "data.load", load->revision, g_strdup_printf("%s at %s", pattern, label));
    add_requirements(first, load->sample);
    first->duration = load->duration;
    if (load->unreached != NULL)
        set_skipped(first, load->unreached);
    else if (load->failure != NULL)
        judge_refusal(first, "", load->failure);
    else if (load->note != NULL)
        judge_note(first, load);
    if (!load->sample->idempotent)
        return;
    PgsFinding *second = add_finding(run, "data.idempotent", load->revision,
                                     g_strdup_printf("%s at %s, twice", pattern, label));
    /* Odd data that loads twice in the same way is odd data. */
    if (load->note == NULL)
        add_requirements(second, load->sample);
    second->duration = load->again_duration;
    judge_second_load(second, load);
}

/* ---- revisions ---- */

/* A check of rungs: its words. */
typedef struct {
    const char *check, *title, *advice; /* title: a format of the revision's label */
} Words;

static const Words upgrade_words = {
    "data.upgrade",
    "%s keeps the rows",
    "copy the values before what holds them is dropped; accept: what is lost on purpose",
};
static const Words downgrade_words = {
    "data.downgrade",
    "down %s keeps the rows",
    "a downgrade brings back what was there; accept: what cannot come back, or raise the floor",
};
static const Words again_words = {
    "data.again",
    "up %s again keeps the rows",
    "see data.downgrade of the same revision: a second upgrade finds what it left",
};

static char *
fill_title(const char *format, const char *label)
{
    g_auto(GStrv) parts = g_strsplit(format, "%s", 2);
    return g_strjoinv(label, parts);
}

/* The step itself failed; rows that it changed all the same are told with it. */
static void
judge_step(PgsFinding *finding, const PgsRowsPart *part)
{
    const PgsOutcome *outcome = part->outcome;
    g_autoptr(GString) detail = g_string_new(NULL);
    append_failure(detail, outcome->failure);
    if (part->lost != NULL && part->lost->len == 0)
        append_lines(detail, "The rows are as they were.");
    if (part->lost != NULL && part->lost->len > 0) {
        append_lines(detail, "The rows are not as they were:");
        append_losses(detail, part->lost);
    }
    g_autofree char *message = message_of(outcome->failure, outcome->failure->message);
    finding->status = PGS_STATUS_FAILED;
    finding->message = g_strdup_printf("fails with rows in its tables: %s", message);
    set_detail(finding, detail);
    finding->file = g_strdup(outcome->path);
    finding->line = outcome->line;
    finding->column = outcome->column;
    finding->sql = g_strdup(outcome->statement);
    finding->hint = g_strdup(outcome->failure->hint);
}

/* file: the step's, or NULL. */
static void
add_part(const Run *run, const PgsRowsRung *rung, const PgsRowsPart *part, const Words *words,
         const PgsStep *file)
{
    const char *label = revision_at(run, rung->revision)->label;
    PgsFinding *finding =
        add_finding(run, words->check, rung->revision, fill_title(words->title, label));
    finding->duration = part->duration;
    if (part->state == PGS_PART_FAILED) {
        judge_step(finding, part);
    } else if (part->state == PGS_PART_MISSING) {
        set_skipped(finding, "there is no downgrade");
    } else if (part->state == PGS_PART_SKIPPED) {
        set_skipped(finding, part->reason);
    } else if (part->lost == NULL) {
        g_autofree char *reason = g_strdup_printf("not compared: %s", part->reason);
        set_skipped(finding, reason);
    } else if (part->lost->len > 0) {
        judge_losses(finding, NULL, part->lost);
        finding->file = file != NULL ? g_strdup(file->path) : NULL;
        finding->hint = g_strdup(words->advice);
    }
}

/* A revision that climbed well and found no row has nothing to say. */
static gboolean
has_rows(const PgsRowsRung *rung)
{
    return rung->n_rows > 0 || rung->up.state != PGS_PART_DONE || rung->up.lost == NULL;
}

static void
add_rung(const Run *run, const PgsRowsRung *rung, gboolean forward_only)
{
    const PgsRevision *revision = revision_at(run, rung->revision);
    if (!has_rows(rung))
        return;
    add_part(run, rung, &rung->up, &upgrade_words, revision->up);
    if (forward_only)
        return;
    add_part(run, rung, &rung->down, &downgrade_words, revision->down);
    add_part(run, rung, &rung->again, &again_words, revision->up);
}

void
pgs_data_findings_add(const PgsPreservation *preservation, const PgsSystem *system,
                      const PgsHistory *history, GPtrArray *findings)
{
    Run run = {system, history, findings};
    gboolean forward_only = pgs_downs_is_forward_only(history);
    for (guint i = 0; i < preservation->loads->len; i++)
        add_load(&run, g_ptr_array_index(preservation->loads, i));
    for (guint i = 0; i < preservation->rungs->len; i++)
        add_rung(&run, g_ptr_array_index(preservation->rungs, i), forward_only);
    if (!forward_only || preservation->rungs->len == 0)
        return;
    const char *reason = "no revision has a downgrade: the folder only goes forward";
    set_skipped(add_finding(&run, "data.downgrade", -1, g_strdup("downgrades with rows")), reason);
    set_skipped(add_finding(&run, "data.again", -1, g_strdup("second upgrades with rows")), reason);
}
