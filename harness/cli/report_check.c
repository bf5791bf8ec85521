#include "cli/report_check.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/records.h"
#include "cli/report_claim.h"
#include "cli/report_folder.h"
#include "cli/report_lines.h"
#include "pgstair/version.h"
#include "record/record_xml.h"
#include "report/report.h"
#include "report/writer.h"

#include <stdio.h>
#include <string.h>

/* Of a record's name that is not the given file's own. */
#define NAME_LETTERS G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._-"
#define MAX_NAME 64

/* One file that the command names. */
typedef struct {
    const char *path; /* as it was given */
    char *sha256;
    gboolean is_named; /* the report names its digest */
} Given;

static void
given_free(Given *given)
{
    g_free(given->sha256);
    g_free(given);
}

static char *
read_file(const char *path, gsize *length, GError **error)
{
    char *text = NULL;
    g_autoptr(GError) local = NULL;
    if (g_file_get_contents(path, &text, length, &local))
        return text;
    pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                  "pgstair report --check REPORT RECORD…", "%s: cannot be read: %s", path,
                  local->message);
    return NULL;
}

static GPtrArray *
read_given(char *const *paths, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)given_free);
    for (; *paths != NULL; paths++) {
        gsize length;
        g_autofree char *bytes = read_file(*paths, &length, error);
        if (bytes == NULL)
            return NULL;
        Given *given = g_new0(Given, 1);
        given->path = *paths;
        given->sha256 =
            g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
        g_ptr_array_add(all, given);
    }
    return g_steal_pointer(&all);
}

static const char *
find_path(const GPtrArray *all, const char *sha256)
{
    const char *path = NULL;
    for (guint i = 0; i < all->len; i++) {
        Given *given = g_ptr_array_index(all, i);
        if (strcmp(given->sha256, sha256) != 0)
            continue;
        /* It may have been given twice. */
        given->is_named = TRUE;
        path = path != NULL ? path : given->path;
    }
    return path;
}

/*
 * A record's name may be another by now: it is its digest that counts.  But the report shows the
 * name, and --check takes it from there: it must not be able to say anything.
 */
static gboolean
check_name(PgsReportLines *out, const char *path, const char *named)
{
    g_autofree char *own = g_path_get_basename(path);
    if (strcmp(own, named) == 0)
        return TRUE;
    g_autofree char *visible = pgs_text_visible(named, -1);
    g_autofree char *shown = pgs_text_ellipsize(visible, MAX_NAME);
    gboolean is_plain = strlen(named) <= MAX_NAME && named[strspn(named, NAME_LETTERS)] == '\0';
    if (is_plain)
        pgs_report_lines_note(out, "%s: the report calls it %s", path, shown);
    else
        pgs_report_lines_deny(out, "give it by the name that it had",
                              "%s: the report calls it \"%s\", which is no name that pgstair takes "
                              "on trust",
                              path, shown);
    return is_plain;
}

/* The paths in the report's order, NULL-terminated; NULL: they are others than the report's. */
static GPtrArray *
match_records(PgsReportLines *out, const PgsReportClaim *claim, const GPtrArray *all)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    gboolean complete = TRUE;
    for (guint i = 0; i < claim->records->len; i++) {
        const PgsRecordSource *source = g_ptr_array_index(claim->records, i);
        const char *path = find_path(all, source->sha256);
        if (path != NULL) {
            pgs_report_lines_confirm(out, "%s is a record that the report names (SHA-256 %.16s…)",
                                     path, source->sha256);
            complete = check_name(out, path, source->path) && complete;
            g_ptr_array_add(paths, (gpointer)path);
            continue;
        }
        complete = FALSE;
        pgs_report_lines_deny(out, "give the record as it was when the report was made",
                              "the report names a record %s (SHA-256 %.16s…): no file given is it",
                              source->path, source->sha256);
    }
    for (guint i = 0; i < all->len; i++) {
        const Given *given = g_ptr_array_index(all, i);
        if (given->is_named)
            continue;
        complete = FALSE;
        pgs_report_lines_deny(out, "it was changed after the report was made, or is of another run",
                              "%s: the report does not name it (SHA-256 %.16s…)", given->path,
                              given->sha256);
    }
    g_ptr_array_add(paths, NULL);
    return complete ? g_steal_pointer(&paths) : NULL;
}

static void
take_names(PgsRecord *record, const PgsReportClaim *claim)
{
    for (guint i = 0; i < record->sources->len && i < claim->records->len; i++) {
        PgsRecordSource *source = g_ptr_array_index(record->sources, i);
        const PgsRecordSource *named = g_ptr_array_index(claim->records, i);
        if (strcmp(source->sha256, named->sha256) != 0)
            continue;
        g_free(source->path);
        source->path = g_strdup(named->path);
    }
}

/* Only the version that wrote them can tell whether the words are its own.  It is the report that
 * says which that was: without this, whoever edits both would pass. */
static void
deny_words(PgsReportLines *out, const char *path, const PgsReportClaim *claim)
{
    pgs_report_lines_confirm(out, "the data in %s follow from the records", path);
    g_autofree char *writer = pgs_text_visible(claim->writer, -1);
    gboolean is_known = *writer != '\0';
    g_autofree char *hint = g_strdup_printf("check it with pgstair %s", writer);
    pgs_report_lines_deny(out, is_known ? hint : NULL,
                          "its words could not be compared, only its data: it says that pgstair %s "
                          "wrote it, and this is %s",
                          is_known ? writer : "of no version", pgs_version());
}

static gboolean
compare_report(PgsReportLines *out, const char *path, const PgsReportClaim *claim,
               const PgsRecord *record, GError **error)
{
    gsize length = 0;
    g_autofree char *text = pgs_report_render(record, "compliance", &length, error);
    if (text == NULL)
        return FALSE;
    g_autofree char *problem = NULL;
    g_autoptr(PgsReportClaim) again = pgs_report_claim_new(text, length, &problem);
    g_assert(again != NULL);
    g_autofree char *difference = pgs_report_claim_compare(claim, again);
    gboolean same_version = strcmp(claim->writer, again->writer) == 0;
    if (difference != NULL)
        pgs_report_lines_deny(out, "it was changed after it was made: take the one that was signed",
                              "%s does not follow from the records: %s", path, difference);
    else if (same_version)
        pgs_report_lines_confirm(out, "%s follows from the records, every byte of it", path);
    else
        deny_words(out, path, claim);
    return TRUE;
}

/* What a report was held to it says itself; who asks for more is told when it is less. */
static void
check_strictness(PgsReportLines *out, const PgsSettings *settings, const PgsReportClaim *claim)
{
    const struct {
        const char *option;
        gboolean asked, held;
    } rows[] = {
        {"--fail-on warning", settings->fail_on != NULL, claim->fail_on_warning},
        {"--require-all", settings->require_all, claim->require_all},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].asked && !rows[i].held)
            pgs_report_lines_deny(out, "make it with that option, or check it without",
                                  "the report was not held to %s", rows[i].option);
    }
}

static gboolean
check(PgsReportLines *out, const PgsSettings *settings, const PgsReportClaim *claim,
      GCancellable *cancellable, GError **error)
{
    g_autoptr(GPtrArray) all = read_given(settings->arguments, error);
    if (all == NULL)
        return FALSE;
    g_autoptr(GPtrArray) paths = match_records(out, claim, all);
    if (paths == NULL) {
        pgs_report_lines_note(out, "nothing else was compared");
        return TRUE;
    }
    g_autoptr(PgsRecord) record = pgs_records_read_for_signing((char *const *)paths->pdata, error);
    if (record == NULL)
        return FALSE;
    take_names(record, claim);
    record->fail_on_warning |= claim->fail_on_warning;
    record->require_all |= claim->require_all;
    check_strictness(out, settings, claim);
    if (!compare_report(out, settings->check, claim, record, error))
        return FALSE;
    for (guint i = 0; i < record->systems->len; i++)
        pgs_report_folder_compare(out, g_ptr_array_index(record->systems, i), cancellable);
    return TRUE;
}

/* claim NULL: it is no such report. */
static int
conclude(const PgsReportLines *out, const PgsSettings *settings, const PgsReportClaim *claim)
{
    g_autofree char *guarded = pgs_annotations_guard(out->text->str);
    if (!settings->quiet || out->n_denied > 0)
        fputs(guarded, stdout);
    if (out->n_denied > 0) {
        puts("NOT CONFIRMED");
        return PGS_EXIT_FAILED;
    }
    if (!settings->quiet)
        printf("CONFIRMED: the report says %s\n",
               claim->verified ? "VERIFIED" : "NOT VERIFIED, and signs nothing off");
    /* "--check && sign" must not sign it. */
    return claim->verified ? PGS_EXIT_VERIFIED : PGS_EXIT_FAILED;
}

int
pgs_report_check(const PgsSettings *settings, GCancellable *cancellable, GError **error)
{
    gsize length;
    g_autofree char *text = read_file(settings->check, &length, error);
    if (text == NULL)
        return PGS_EXIT_USAGE;
    g_auto(PgsReportLines) out = {.text = g_string_new(NULL)};
    g_autofree char *problem = NULL;
    g_autoptr(PgsReportClaim) claim = pgs_report_claim_new(text, length, &problem);
    if (claim == NULL)
        pgs_report_lines_deny(&out, "\"pgstair report RECORD… --compliance FILE\" writes one",
                              "%s: %s", settings->check, problem);
    else if (!check(&out, settings, claim, cancellable, error))
        return PGS_EXIT_USAGE;
    return conclude(&out, settings, claim);
}
