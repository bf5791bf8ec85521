#include "suite/suite.h"

#include "base/error.h"
#include "base/text.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of a finding's text that are told. */
#define MAX_TEXT (64 * 1024)

static const char broken_without_reason[] = "the suite is not there";

/* ------------------------------------------------------------------------------- the error -- */

static void
set_error(PgsSuite *suite, const char *text)
{
    g_free(suite->error);
    suite->error = pgs_text_visible(text, -1);
    if (suite->journal != NULL)
        pgs_journal_note_error(suite->journal, suite->error);
}

/* Begins a call: forgets the last error. */
static gboolean
is_usable(PgsSuite *suite)
{
    if (suite == NULL)
        return FALSE;
    g_clear_pointer(&suite->error, g_free);
    if (suite->broken != NULL)
        set_error(suite, suite->broken);
    else if (suite->process != getpid())
        set_error(suite, "the suite belongs to the process that opened it, and not to one that was "
                         "forked off");
    return suite->error == NULL;
}

gboolean
pgs_suite_is_ready(PgsSuite *suite)
{
    if (!is_usable(suite))
        return FALSE;
    if (pgs_suite_database_connection(suite->database) == NULL)
        set_error(suite, "the suite has no database, since its last reset failed");
    return suite->error == NULL;
}

int
pgs_suite_done(PgsSuite *suite, GError *error)
{
    if (error == NULL)
        return 1;
    set_error(suite, error->message);
    g_error_free(error);
    return 0;
}

const char *
pgs_suite_error(const PgsSuite *suite)
{
    if (suite == NULL)
        return broken_without_reason;
    return suite->error != NULL ? suite->error : "";
}

/* ------------------------------------------------------------------------- open and close -- */

/* libpq's settings from the user's environment that no connection keyword overrides. */
static void
clear_environment(void)
{
    static const char *const variables[] = {"PGTZ", "PGDATESTYLE", "PGGEQO", "PGSERVICE"};
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_unsetenv(variables[i]);
}

static gboolean
open_suite(PgsSuite *suite, const PgsSuiteOptions *options, GError **error)
{
    if (!pgs_subject_read(&suite->subject, options, error))
        return FALSE;
    suite->journal =
        pgs_journal_new(suite->subject.name, suite->subject.system, suite->subject.history);
    if (!pgs_journal_announce(suite->journal, suite->subject.record, suite->subject.junit, error))
        return FALSE;
    suite->template = pgs_suite_template_open(&suite->subject, error);
    if (suite->template == NULL)
        return FALSE;
    pgs_journal_note_server(suite->journal, pgs_suite_template_server(suite->template));
    suite->database = pgs_suite_database_open(&suite->subject, suite->template, error);
    return suite->database != NULL;
}

/* Without a system there is no record; one of an older run must not pass for this one's. */
static void
remove_reports(const PgsSubject *subject)
{
    if (subject->record != NULL)
        g_unlink(subject->record);
    if (subject->junit != NULL)
        g_unlink(subject->junit);
}

PgsSuite *
pgs_suite_open(const PgsSuiteOptions *options)
{
    PgsSuite *suite = g_new0(PgsSuite, 1);
    g_autoptr(GError) error = NULL;
    suite->process = getpid();
    clear_environment();
    if (open_suite(suite, options, &error))
        return suite;
    suite->broken = g_strdup(error->message);
    set_error(suite, suite->broken);
    if (suite->journal != NULL) {
        g_autofree char *title = g_strdup_printf("%s is opened", suite->subject.name);
        pgs_journal_add_error(suite->journal, "suite.open", title, suite->error);
    } else {
        remove_reports(&suite->subject);
    }
    return suite;
}

int
pgs_suite_close(PgsSuite *suite)
{
    g_autoptr(GError) error = NULL;
    if (suite == NULL)
        return 1;
    if (suite->process != getpid()) /* all that it has is the other's */
        return 0;
    /* What an open transaction holds would keep the database from being dropped. */
    gboolean written =
        suite->journal == NULL ||
        pgs_journal_write(suite->journal, suite->subject.record, suite->subject.junit, &error);
    if (!written)
        fprintf(stderr, "pgstair: %s\n", error->message);
    pgs_suite_database_close(suite->database);
    pgs_suite_template_close(suite->template);
    pgs_journal_free(suite->journal);
    pgs_subject_clear(&suite->subject);
    g_free(suite->broken);
    g_free(suite->error);
    g_free(suite);
    return written ? 1 : 0;
}

int
pgs_suite_abandon(PgsSuite *suite, const char *reason)
{
    if (suite != NULL && suite->journal != NULL && suite->process == getpid())
        pgs_journal_abandon(suite->journal, reason);
    return pgs_suite_close(suite);
}

/* ---------------------------------------------------------------------------- the database -- */

PGconn *
pgs_suite_connection(PgsSuite *suite)
{
    if (!pgs_suite_is_ready(suite))
        return NULL;
    return pgs_connection_raw(pgs_suite_database_connection(suite->database));
}

const char *
pgs_suite_conninfo(PgsSuite *suite)
{
    return pgs_suite_is_ready(suite) ? pgs_suite_database_conninfo(suite->database) : NULL;
}

int
pgs_suite_server_version(const PgsSuite *suite)
{
    if (suite == NULL || suite->template == NULL)
        return 0;
    return pgs_server_version_number(pgs_suite_template_server(suite->template));
}

int
pgs_suite_reset(PgsSuite *suite)
{
    GError *error = NULL;
    if (!is_usable(suite)) /* it may well have no database */
        return 0;
    pgs_suite_database_reset(suite->database, &error);
    return pgs_suite_done(suite, error);
}

static gboolean
find_revision(PgsSuite *suite, const char *revision, gint *index, GError **error)
{
    return pgs_history_find(suite->subject.history, revision != NULL ? revision : "head", index,
                            error);
}

int
pgs_suite_migrate(PgsSuite *suite, const char *revision)
{
    GError *error = NULL;
    gint index;
    if (!pgs_suite_is_ready(suite))
        return 0;
    if (find_revision(suite, revision, &index, &error))
        pgs_suite_database_migrate(suite->database, index, &error);
    return pgs_suite_done(suite, error);
}

int
pgs_suite_load_sample_data(PgsSuite *suite)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    pgs_suite_database_load_samples(suite->database, &error);
    return pgs_suite_done(suite, error);
}

PGconn *
pgs_suite_empty_database(PgsSuite *suite)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return NULL;
    const char *name = pgs_suite_database_add_empty(suite->database, &error);
    if (name == NULL) {
        pgs_suite_done(suite, error);
        return NULL;
    }
    /* The last dbname wins; only the first is expanded. */
    const char *const words[] = {"dbname", "dbname", NULL};
    const char *const values[] = {pgs_suite_database_conninfo(suite->database), name, NULL};
    PGconn *connection = PQconnectdbParams(words, values, 1);
    if (PQstatus(connection) == CONNECTION_OK)
        return connection;
    pgs_error_set(&error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE, NULL, "%s",
                  PQerrorMessage(connection));
    PQfinish(connection);
    pgs_suite_done(suite, error);
    return NULL;
}

int
pgs_suite_begin(PgsSuite *suite)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    pgs_journal_begin_test(suite->journal);
    pgs_suite_database_begin(suite->database, &error);
    return pgs_suite_done(suite, error);
}

int
pgs_suite_rollback(PgsSuite *suite)
{
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    pgs_suite_database_rollback(suite->database, &error);
    if (error != NULL)
        pgs_journal_fail(suite->journal, error->message);
    return pgs_suite_done(suite, error);
}

/* ------------------------------------------------------------------------------- the cases -- */

/* They need no database: one whose reset failed is told as a case too. */

int
pgs_case_begin(PgsSuite *suite, const char *title, const char *requirements)
{
    GError *error = NULL;
    if (!is_usable(suite))
        return 0;
    pgs_journal_begin(suite->journal, title, requirements, &error);
    return pgs_suite_done(suite, error);
}

int
pgs_case_rename(PgsSuite *suite, const char *title, const char *requirements)
{
    GError *error = NULL;
    if (!is_usable(suite))
        return 0;
    pgs_journal_rename(suite->journal, title, requirements, &error);
    return pgs_suite_done(suite, error);
}

int
pgs_case_end(PgsSuite *suite)
{
    GError *error = NULL;
    if (!is_usable(suite))
        return 0;
    pgs_journal_end(suite->journal, &error);
    return pgs_suite_done(suite, error);
}

int
pgs_case_requirements(PgsSuite *suite, const char *requirements)
{
    GError *error = NULL;
    if (!is_usable(suite))
        return 0;
    pgs_journal_require(suite->journal, requirements, &error);
    return pgs_suite_done(suite, error);
}

int
pgs_case_skip(PgsSuite *suite, const char *reason)
{
    GError *error = NULL;
    if (!is_usable(suite))
        return 0;
    pgs_journal_skip(suite->journal, reason, &error);
    return pgs_suite_done(suite, error);
}

int
pgs_case_place(PgsSuite *suite, PgsWhere where)
{
    if (!is_usable(suite))
        return 0;
    pgs_journal_note_place(suite->journal, where);
    return 1;
}

int
pgs_case_abandon(PgsSuite *suite)
{
    if (!is_usable(suite))
        return 0;
    pgs_journal_end_early(suite->journal);
    return 1;
}

int
pgs_suite_failures(const PgsSuite *suite)
{
    return suite != NULL && suite->journal != NULL ? (int)pgs_journal_n_failed(suite->journal) : 0;
}

/* ------------------------------------------------------------------------------ assertions -- */

const char *
pgs_suite_revision_label(PgsSuite *suite)
{
    return pgs_subject_label(&suite->subject, pgs_suite_database_revision(suite->database));
}

void
pgs_finding_set_error(PgsFinding *finding, GError *error)
{
    finding->status = PGS_STATUS_ERROR;
    g_free(finding->message);
    finding->message = g_strdup(error->message);
    g_error_free(error);
}

static void
append_part(GString *text, const char *label, const char *part)
{
    if (part == NULL)
        return;
    g_autoptr(GString) indented = g_string_new(part);
    g_string_replace(indented, "\n", "\n            ", 0);
    g_string_append_printf(text, "\n%-12s%s", label, indented->str);
}

static char *
describe(const PgsFinding *finding)
{
    GString *text = g_string_new(NULL);
    if (finding->file != NULL)
        g_string_append_printf(text, "%s:%u: ", finding->file, finding->line);
    g_string_append_printf(text, "%s: %s", finding->title,
                           finding->message != NULL ? finding->message : "does not hold");
    append_part(text, "  expected:", finding->expected);
    append_part(text, "  actual:", finding->actual);
    append_part(text, "  detail:", finding->detail);
    append_part(text, "  statement:", finding->sql);
    if (finding->hint != NULL)
        g_string_append_printf(text, "\nHINT: %s", finding->hint);
    return g_string_free(text, FALSE);
}

/* Reports are for people, and XML's readers give up at ten megabytes. */
static void
shorten(char **text)
{
    gsize length = *text != NULL ? strlen(*text) : 0;
    if (length <= MAX_TEXT)
        return;
    g_autofree char *whole = *text;
    g_autofree char *head = g_strndup(whole, MAX_TEXT);
    g_autofree char *valid = pgs_text_visible(head, -1);
    *text = g_strdup_printf("%s\n… (the first %d of %" G_GSIZE_FORMAT " bytes)", valid, MAX_TEXT,
                            length);
}

int
pgs_suite_conclude(PgsSuite *suite, PgsFinding *finding, gint64 begin)
{
    char **const texts[] = {&finding->message, &finding->detail, &finding->expected,
                            &finding->actual,  &finding->sql,    &finding->title};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        shorten(texts[i]);
    g_autofree char *text = describe(finding);
    finding->duration = g_get_monotonic_time() - begin;
    if (finding->revision == NULL)
        finding->revision = g_strdup(pgs_suite_revision_label(suite));
    if (pgs_journal_add(suite->journal, finding))
        return 1;
    set_error(suite, text);
    return 0;
}
