#ifndef PGS_TESTS_MIGRATION_READ_H
#define PGS_TESTS_MIGRATION_READ_H

/* What the tests of the readers have in common. */

#include "cmocka_all.h"

#include "migration/history.h"

#include <string.h>

static inline PgsHistory *
read_folder(const char *name, const char *format)
{
    g_autofree char *folder = g_build_filename(PGS_TEST_DIR, name, NULL);
    g_autoptr(GError) error = NULL;
    PgsHistory *history = pgs_history_read(folder, format, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

static inline void
append_step(GString *text, const char *direction, const PgsStep *step)
{
    if (step == NULL)
        return;
    g_string_append_printf(text, " %s%s%s", direction,
                           step->send == PGS_SEND_WHOLE ? "" : " statements",
                           step->transaction ? " tx" : "");
    assert_non_null(step->tool);
    assert_non_null(step->text);
    assert_int_equal(step->line, 1);
}

/* "id|name|label up tx down tx" for each revision. */
static inline char *
describe_revisions(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_string_append_printf(text, "%s|%s|%s", revision->id, revision->name, revision->label);
        append_step(text, "up", revision->up);
        append_step(text, "down", revision->down);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* "W check file" for each note. */
static inline char *
describe_notes(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->notes->len; i++) {
        const PgsNote *note = g_ptr_array_index(history->notes, i);
        const char *path = note->path;
        if (path != NULL && g_str_has_prefix(path, history->folder))
            path += strlen(history->folder) + 1;
        g_string_append_printf(text, "%c %s %s\n", note->level == PGS_NOTE_WARNING ? 'W' : 'I',
                               note->check, path != NULL ? path : "-");
        assert_non_null(note->message);
    }
    return g_string_free(text, FALSE);
}

static inline void
assert_history(const PgsHistory *history, const char *format, const char *reason,
               const char *revisions, const char *notes)
{
    g_autofree char *found = describe_revisions(history);
    g_autofree char *said = describe_notes(history);
    assert_string_equal(history->format, format);
    assert_string_equal(history->reason, reason);
    assert_string_equal(found, revisions);
    assert_string_equal(said, notes);
}

/* Reading fails with that code, and the message holds all of the words (NULL ends them). */
static inline void
assert_unreadable(const char *folder, const char *format, PgsMigrationError code, ...)
{
    g_autofree char *path = g_path_is_absolute(folder)
                                ? g_strdup(folder)
                                : g_build_filename(PGS_TEST_DIR, folder, NULL);
    g_autoptr(GError) error = NULL;
    PgsHistory *history = pgs_history_read(path, format, &error);
    assert_null(history);
    va_list words;
    va_start(words, code);
    const char *word;
    while ((word = va_arg(words, const char *)) != NULL) {
        if (strstr(error->message, word) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", word, error->message);
    }
    va_end(words);
    if (!g_error_matches(error, PGS_MIGRATION_ERROR, (int)code))
        fail_msg("not the code %d: %s", (int)code, error->message);
}

#endif
