#include "suite/journal.h"

#include "base/error.h"
#include "base/text.h"
#include "check/evidence.h"
#include "check/verify.h"
#include "record/record_xml.h"
#include "report/report.h"
#include "suite/suite_error.h"

#include <string.h>

typedef struct {
    char *title; /* NULL: none is open */
    char **requirements;
    char **present;      /* what findings get now */
    GPtrArray *findings; /* PgsFinding */
    char *wrong;         /* why it fails whatever its findings say; or NULL */
    gboolean ends_test;  /* what is wrong is so of all the test's cases */
    char *skipped;       /* why it cannot be judged; or NULL */
    guint n_assertions, n_failed;
    char *last_error; /* of a call in it; or NULL */
    PgsPlace last;    /* of the last assertion */
    gint64 begin;
} OpenCase;

struct _PgsJournal {
    PgsRecord *record;
    PgsRecordSystem *facts;
    PgsSink sink;
    PgsCheckSelection checks; /* all */
    const PgsSystem *system;
    const PgsHistory *history;
    char *today;
    OpenCase open;
    char *name;                   /* the suite's */
    char *last_title;             /* of the case that was closed last; or NULL */
    PgsPlace last;                /* and its place */
    GPtrArray *test_requirements; /* interned ids, of the present test's closed cases */
    GPtrArray *all_requirements;  /* interned ids, of all that was begun */
    guint n_failed;
    gint64 begin;
};

/* This program's command line, as a person would type it. */
static char *
command_line(const char *name)
{
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (!g_file_get_contents("/proc/self/cmdline", &bytes, &length, NULL) || length == 0)
        return g_strdup(name);
    GString *text = g_string_new(NULL);
    for (gsize at = 0; at < length; at += strlen(bytes + at) + 1) {
        g_autofree char *quoted = g_shell_quote(bytes + at);
        g_string_append_printf(
            text, "%s%s", at > 0 ? " " : "",
            strcspn(bytes + at, " \t\n\"'\\$&;|<>()*?[]#~`") == strlen(bytes + at) ? bytes + at
                                                                                   : quoted);
    }
    return g_string_free(text, FALSE);
}

static void
open_case_clear(OpenCase *open)
{
    g_clear_pointer(&open->title, g_free);
    g_clear_pointer(&open->requirements, g_strfreev);
    g_clear_pointer(&open->present, g_strfreev);
    g_clear_pointer(&open->findings, g_ptr_array_unref);
    g_clear_pointer(&open->wrong, g_free);
    g_clear_pointer(&open->skipped, g_free);
    g_clear_pointer(&open->last_error, g_free);
    *open = (OpenCase){0};
}

PgsJournal *
pgs_journal_new(const char *name, const PgsSystem *system, const PgsHistory *history)
{
    PgsJournal *journal = g_new0(PgsJournal, 1);
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *command = command_line(name);
    journal->begin = g_get_monotonic_time();
    journal->name = g_strdup(name);
    journal->test_requirements = g_ptr_array_new();
    journal->all_requirements = g_ptr_array_new();
    journal->system = system;
    journal->history = history;
    journal->today = g_date_time_format(now, "%F");
    journal->record = pgs_record_new(command);
    journal->facts = pgs_record_add_system(journal->record, system->name, system->folder);
    pgs_sink_init(&journal->sink, system, history);
    journal->sink.checks = &journal->checks;
    journal->sink.record = journal->record;
    journal->sink.facts = journal->facts;
    journal->sink.today = journal->today;
    pgs_verify_note_facts(journal->facts, system, history, NULL);
    pgs_evidence_note_facts(journal->facts, system, NULL);
    pgs_evidence_note_git(journal->facts, system, NULL);
    return journal;
}

void
pgs_journal_free(PgsJournal *journal)
{
    if (journal == NULL)
        return;
    open_case_clear(&journal->open);
    g_free(journal->name);
    g_free(journal->last_title);
    g_ptr_array_unref(journal->test_requirements);
    g_ptr_array_unref(journal->all_requirements);
    pgs_sink_clear(&journal->sink);
    pgs_record_free(journal->record);
    g_free(journal->today);
    g_free(journal);
}

void
pgs_journal_note_server(PgsJournal *journal, const PgsServer *server)
{
    pgs_verify_note_server(journal->facts, server);
    pgs_evidence_note_server(journal->facts, journal->system, server);
}

/* ------------------------------------------------------------------------ requirements -- */

static const char *
nearest_requirement(const PgsRequirements *requirements, const char *id)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; i < requirements->items->len; i++)
        g_ptr_array_add(ids, ((PgsRequirement *)g_ptr_array_index(requirements->items, i))->id);
    g_ptr_array_add(ids, NULL);
    return pgs_text_nearest(id, (const char *const *)ids->pdata);
}

static gboolean
check_requirement(const PgsSystem *system, const char *id, GError **error)
{
    if (system->requirements == NULL || pgs_requirements_find(system->requirements, id) != NULL)
        return TRUE;
    const char *nearest = nearest_requirement(system->requirements, id);
    g_autofree char *hint = nearest != NULL
                                ? g_strdup_printf("did you mean \"%s\"?", nearest)
                                : g_strdup_printf("\"%s\" has them", system->requirements->path);
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_REQUIREMENT, hint,
                  "the system \"%s\" has no requirement \"%s\"", system->name, id);
    return FALSE;
}

/* The ids in the set, and those in ids. */
static void
join_ids(GPtrArray *set, char *const *ids)
{
    for (; ids != NULL && *ids != NULL; ids++) {
        gpointer id = (gpointer)g_intern_string(*ids);
        if (!g_ptr_array_find(set, id, NULL))
            g_ptr_array_add(set, id);
    }
}

/* The ids in text that the system has; error tells of the first that it has not. */
static char **
parse_requirements(const PgsSystem *system, const char *text, GError **error)
{
    g_autoptr(GStrvBuilder) ids = g_strv_builder_new();
    g_auto(GStrv) words = g_strsplit_set(text != NULL ? text : "", " ,\t\n", -1);
    for (char **word = words; *word != NULL; word++) {
        g_autoptr(GError) local = NULL;
        if (**word == '\0')
            continue;
        if (check_requirement(system, *word, &local))
            g_strv_builder_add(ids, *word);
        else if (error != NULL && *error == NULL)
            g_propagate_error(error, g_steal_pointer(&local));
    }
    return g_strv_builder_end(ids);
}

/* ------------------------------------------------------------------------------- cases -- */

/* "deleting_a_user" reads better with blanks; a text with blanks of its own is left as it is. */
static char *
readable_title(const char *title)
{
    char *copy = g_strdup(title != NULL && *title != '\0' ? title : "unnamed");
    if (strchr(copy, ' ') == NULL)
        g_strdelimit(copy, "_", ' ');
    return copy;
}

static gboolean
name_case(PgsJournal *journal, const char *title, const char *requirements, GError **error)
{
    OpenCase *open = &journal->open;
    g_autoptr(GError) local = NULL;
    g_free(open->title);
    open->title = readable_title(title);
    g_strfreev(open->requirements);
    open->requirements = parse_requirements(journal->system, requirements, &local);
    g_strfreev(open->present);
    open->present = g_strdupv(open->requirements);
    join_ids(journal->all_requirements, open->present);
    if (local == NULL)
        return TRUE;
    g_free(open->wrong);
    open->wrong = g_strdup(local->message);
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static gboolean
check_open(const PgsJournal *journal, GError **error)
{
    if (journal->open.title != NULL)
        return TRUE;
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, "pgs_case_begin() opens one",
                  "no case is open");
    return FALSE;
}

static void
add_ids(PgsFinding *finding, char *const *ids)
{
    for (; ids != NULL && *ids != NULL; ids++)
        pgs_finding_add_requirement(finding, *ids);
}

static void
add_set(PgsFinding *finding, const GPtrArray *set)
{
    for (guint i = 0; i < set->len; i++)
        pgs_finding_add_requirement(finding, g_ptr_array_index(set, i));
}

/* What was found before the case was given up is no proof of anything. */
static void
withdraw_proof(const OpenCase *open)
{
    for (guint i = 0; i < open->findings->len; i++) {
        PgsFinding *finding = g_ptr_array_index(open->findings, i);
        if (finding->status == PGS_STATUS_PASSED)
            g_clear_pointer(&finding->requirements, g_ptr_array_unref);
    }
}

/* As seen from the working folder, when it lies there: a compiler is often given whole paths. */
static char *
relative_path(const char *file)
{
    g_autofree char *here = g_get_current_dir();
    gsize length = strlen(here);
    if (file == NULL || strncmp(file, here, length) != 0 || file[length] != '/')
        return g_strdup(file);
    return g_strdup(file + length + 1);
}

/* How the case went, as a finding; early: it did not come to its end. */
static PgsFinding *
judge_case(const PgsJournal *journal, gboolean early)
{
    const OpenCase *open = &journal->open;
    PgsFinding *finding =
        pgs_finding_new("suite.case", PGS_STATUS_PASSED, journal->system->name, NULL, open->title);
    finding->duration = g_get_monotonic_time() - open->begin;
    add_ids(finding, open->requirements);
    if (open->ends_test)
        add_set(finding, journal->test_requirements);
    if (open->wrong != NULL) {
        finding->status = PGS_STATUS_FAILED;
        finding->message = g_strdup(open->wrong);
    } else if (open->n_failed > 0) {
        finding->status = PGS_STATUS_FAILED;
        finding->message =
            g_strdup_printf("%u of its %u assertions failed", open->n_failed, open->n_assertions);
    } else if (open->skipped != NULL) {
        finding->status = PGS_STATUS_SKIPPED;
        finding->message = g_strdup(open->skipped);
    } else if (early) {
        finding->status = PGS_STATUS_FAILED;
        finding->message =
            g_strdup_printf("ended early, behind %u assertions that held", open->n_assertions);
        finding->detail = g_strdup(open->last_error);
        finding->hint = g_strdup("an assertion of the test's own failed, or the test crashed: its "
                                 "output says which");
    }
    if (finding->status != PGS_STATUS_PASSED && open->last.file != NULL) {
        finding->file = g_strdup(open->last.file);
        finding->line = open->last.line;
    }
    return finding;
}

/* TRUE when the case held. */
static gboolean
close_case(PgsJournal *journal, gboolean early)
{
    OpenCase *open = &journal->open;
    PgsFinding *verdict = judge_case(journal, early);
    gboolean failed = verdict->status == PGS_STATUS_FAILED;
    if (verdict->status == PGS_STATUS_SKIPPED)
        withdraw_proof(open);
    journal->n_failed += failed;
    pgs_sink_add_all(&journal->sink, open->findings);
    pgs_sink_add(&journal->sink, verdict);
    g_free(journal->last_title);
    journal->last_title = g_steal_pointer(&open->title);
    journal->last = open->last;
    join_ids(journal->test_requirements, open->requirements);
    open_case_clear(open);
    return !failed;
}

void
pgs_journal_end_early(PgsJournal *journal)
{
    if (journal->open.title != NULL)
        close_case(journal, TRUE);
}

gboolean
pgs_journal_begin(PgsJournal *journal, const char *title, const char *requirements, GError **error)
{
    pgs_journal_end_early(journal);
    journal->open = (OpenCase){
        .findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free),
        .begin = g_get_monotonic_time(),
    };
    return name_case(journal, title, requirements, error);
}

gboolean
pgs_journal_rename(PgsJournal *journal, const char *title, const char *requirements, GError **error)
{
    return check_open(journal, error) && name_case(journal, title, requirements, error);
}

gboolean
pgs_journal_require(PgsJournal *journal, const char *requirements, GError **error)
{
    OpenCase *open = &journal->open;
    g_autoptr(GError) local = NULL;
    if (!check_open(journal, error))
        return FALSE;
    g_strfreev(open->present);
    open->present = requirements != NULL ? parse_requirements(journal->system, requirements, &local)
                                         : g_strdupv(open->requirements);
    join_ids(journal->all_requirements, open->present);
    join_ids(journal->test_requirements, open->present);
    if (local == NULL)
        return TRUE;
    g_free(open->wrong);
    open->wrong = g_strdup(local->message);
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

gboolean
pgs_journal_end(PgsJournal *journal, GError **error)
{
    if (!check_open(journal, error))
        return FALSE;
    g_autofree char *title = g_strdup(journal->open.title);
    if (close_case(journal, FALSE))
        return TRUE;
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, NULL, "the case \"%s\" failed",
                  title);
    return FALSE;
}

gboolean
pgs_journal_skip(PgsJournal *journal, const char *reason, GError **error)
{
    if (!check_open(journal, error))
        return FALSE;
    g_free(journal->open.skipped);
    journal->open.skipped =
        g_strdup(reason != NULL && *reason != '\0' ? reason : "no reason given");
    return TRUE;
}

void
pgs_journal_note_place(PgsJournal *journal, PgsWhere where)
{
    OpenCase *open = &journal->open;
    if (open->title == NULL || open->n_assertions > 0 || where.file == NULL)
        return;
    g_autofree char *file = relative_path(where.file);
    open->last =
        (PgsPlace){.file = g_intern_string(file), .line = where.line > 0 ? (guint)where.line : 0};
}

void
pgs_journal_begin_test(PgsJournal *journal)
{
    g_ptr_array_set_size(journal->test_requirements, 0);
}

void
pgs_journal_fail(PgsJournal *journal, const char *message)
{
    OpenCase *open = &journal->open;
    if (open->title != NULL) {
        g_free(open->wrong);
        open->wrong = g_strdup(message);
        open->ends_test = TRUE;
        return;
    }
    g_autofree char *title = g_strdup_printf(
        "%s: behind its end", journal->last_title != NULL ? journal->last_title : "no case");
    PgsFinding *finding =
        pgs_finding_new("suite.case", PGS_STATUS_FAILED, journal->system->name, NULL, title);
    finding->message = g_strdup(message);
    add_set(finding, journal->test_requirements);
    finding->file = g_strdup(journal->last.file);
    finding->line = journal->last.line;
    journal->n_failed++;
    pgs_sink_add(&journal->sink, finding);
}

guint
pgs_journal_n_failed(const PgsJournal *journal)
{
    return journal->n_failed;
}

void
pgs_journal_note_error(PgsJournal *journal, const char *text)
{
    if (journal->open.title == NULL)
        return;
    g_free(journal->open.last_error);
    journal->open.last_error = g_strdup(text);
}

/* ---------------------------------------------------------------------------- findings -- */

void
pgs_journal_adopt(const PgsJournal *journal, PgsFinding *finding, PgsWhere where)
{
    const OpenCase *open = &journal->open;
    if (open->title != NULL) {
        g_autofree char *plain = finding->title;
        finding->title = g_strdup_printf("%s: %s", open->title, plain);
    }
    g_clear_pointer(&finding->requirements, g_ptr_array_unref);
    add_ids(finding, open->present);
    g_free(finding->file);
    finding->file = relative_path(where.file);
    finding->line = where.line > 0 ? (guint)where.line : 0;
    finding->column = 0;
}

PgsFinding *
pgs_journal_finding(const PgsJournal *journal, const char *check, PgsWhere where, const char *title)
{
    PgsFinding *finding =
        pgs_finding_new(check, PGS_STATUS_PASSED, journal->system->name, NULL, title);
    pgs_journal_adopt(journal, finding, where);
    return finding;
}

gboolean
pgs_journal_add(PgsJournal *journal, PgsFinding *finding)
{
    OpenCase *open = &journal->open;
    gboolean failed = finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_ERROR;
    if (open->title == NULL) {
        journal->n_failed += failed;
        pgs_sink_add(&journal->sink, finding);
        return !failed;
    }
    open->n_assertions++;
    open->n_failed += failed;
    open->last = (PgsPlace){.file = g_intern_string(finding->file), .line = finding->line};
    g_ptr_array_add(open->findings, finding);
    return !failed;
}

void
pgs_journal_add_error(PgsJournal *journal, const char *check, const char *title,
                      const char *message)
{
    PgsFinding *finding =
        pgs_finding_new(check, PGS_STATUS_ERROR, journal->system->name, NULL, title);
    finding->message = g_strdup(message);
    pgs_sink_add(&journal->sink, finding);
}

static void
add_end(PgsJournal *journal, const GPtrArray *requirements, const char *message)
{
    g_autofree char *title = g_strdup_printf("%s comes to its end", journal->name);
    PgsFinding *finding =
        pgs_finding_new("suite.end", PGS_STATUS_ERROR, journal->system->name, NULL, title);
    finding->message = g_strdup(message);
    add_set(finding, requirements);
    pgs_sink_add(&journal->sink, finding);
}

void
pgs_journal_abandon(PgsJournal *journal, const char *reason)
{
    g_autofree char *message =
        g_strdup_printf("it ended before all of its tests had run: %s",
                        reason != NULL && *reason != '\0' ? reason : "no reason is known");
    pgs_journal_end_early(journal);
    journal->n_failed++;
    add_end(journal, journal->all_requirements, message);
}

gboolean
pgs_journal_announce(const PgsJournal *journal, const char *record, const char *junit,
                     GError **error)
{
    g_autoptr(PgsJournal) unfinished =
        pgs_journal_new(journal->name, journal->system, journal->history);
    add_end(unfinished, journal->all_requirements,
            "it did not end: it still runs, or its process was killed or left by itself");
    return pgs_journal_write(unfinished, record, junit, error);
}

gboolean
pgs_journal_write(PgsJournal *journal, const char *record, const char *junit, GError **error)
{
    pgs_journal_end_early(journal);
    journal->facts->duration = g_get_monotonic_time() - journal->begin;
    journal->record->duration = journal->facts->duration;
    return (record == NULL || pgs_record_write(journal->record, record, error)) &&
           (junit == NULL || pgs_report_write(journal->record, "junit", junit, error));
}
