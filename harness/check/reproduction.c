#include "check/reproduction.h"

#include "migration/step.h"

#include <string.h>

static const PgsRevision *
revision_at(const PgsHistory *history, gint index)
{
    return g_ptr_array_index(history->revisions, (guint)index);
}

/* ---- texts that pgstair sends ---- */

/* Whether the step is all that its file holds: else psql's \i would run the rest as well. */
static gboolean
is_whole_file(const PgsStep *step)
{
    g_autofree char *text = NULL;
    gsize length;
    return step->line <= 1 && step->next == NULL &&
           g_file_get_contents(step->path, &text, &length, NULL) &&
           length == g_bytes_get_size(step->text);
}

/* Which of the file's statements a text has. */
static void
add_statements(GString *lines, const PgsStep *step)
{
    guint n = step->script != NULL ? pgs_script_n_statements(step->script) : 0;
    if (n == 0) {
        g_string_append_printf(lines, "\n-- then what %s has for it", step->path);
        return;
    }
    guint first = pgs_step_file_line(step, pgs_script_statement(step->script, 0)->line);
    guint last = pgs_step_file_line(step, pgs_script_statement(step->script, n - 1)->line);
    if (first == last)
        g_string_append_printf(lines, "\n-- then the statement in line %u of %s", first,
                               step->path);
    else
        g_string_append_printf(lines, "\n-- then the statements in lines %u to %u of %s", first,
                               last, step->path);
}

/* Both directions in one file. */
static gboolean
is_shared(const PgsRevision *revision)
{
    return revision->up != NULL && revision->down != NULL &&
           strcmp(revision->up->path, revision->down->path) == 0;
}

static void
add_texts(GString *lines, const PgsRevision *revision, const PgsStep *step)
{
    if (!is_shared(revision) && is_whole_file(step)) {
        g_string_append_printf(lines, "\n\\i %s", step->path);
        return;
    }
    for (; step != NULL; step = step->next)
        add_statements(lines, step);
}

static char *
in_shell(const PgsSystem *system, const PgsHistory *history, gint at, gint to)
{
    const PgsRevision *revision = revision_at(history, MAX(at, to));
    g_autofree char *folder = g_shell_quote(system->folder);
    GString *lines = g_string_new(NULL);
    g_string_append_printf(lines, "pgstair shell %s --at %s", folder,
                           at < 0 ? "base" : revision_at(history, at)->id);
    add_texts(lines, revision, to > at ? revision->up : revision->down);
    return g_string_free(lines, FALSE);
}

/* ---- the project's own tool ---- */

static void
append_word(GString *line, const char *word)
{
    /* Quotes are for what a shell would take apart. */
    static const char safe[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "@%+=:,./_-$";
    g_autofree char *quoted =
        *word != '\0' && strspn(word, safe) == strlen(word) ? g_strdup(word) : g_shell_quote(word);
    g_string_append_printf(line, "%s%s", line->len > 0 ? " " : "", quoted);
}

static char *
enter_folder(const PgsHistory *history)
{
    GString *line = g_string_new("cd");
    append_word(line, history->root != NULL ? history->root : history->folder);
    return g_string_free(line, FALSE);
}

/* "alembic -c other.ini -x tenant=a upgrade 1f2e" */
static char *
alembic_command(const PgsAlembicSettings *settings, const char *verb, const char *target)
{
    GString *line = g_string_new("alembic");
    if (settings->config != NULL) {
        append_word(line, "-c");
        append_word(line, settings->config);
    }
    if (settings->section != NULL) {
        append_word(line, "-n");
        append_word(line, settings->section);
    }
    for (char **argument = settings->arguments; *argument != NULL; argument++) {
        append_word(line, "-x");
        append_word(line, *argument);
    }
    append_word(line, verb);
    append_word(line, target);
    return g_string_free(line, FALSE);
}

static const char *
alembic_target(const PgsHistory *history, gint index)
{
    return index < 0 ? "base" : revision_at(history, index)->id;
}

/* The one below a revision: in a graph that is not always the one before it. */
static const char *
alembic_parent(const PgsHistory *history, gint index)
{
    char **parents = revision_at(history, index)->parents;
    if (parents == NULL)
        return alembic_target(history, index - 1);
    return parents[0] != NULL ? parents[0] : "base";
}

static char *
by_alembic(const PgsHistory *history, gint at, gint to)
{
    const PgsAlembicSettings *settings = &history->settings->alembic;
    g_autofree char *folder = enter_folder(history);
    if (to > at) {
        const char *below = alembic_parent(history, to);
        g_autofree char *before = alembic_command(settings, "upgrade", below);
        g_autofree char *step = alembic_command(settings, "upgrade", alembic_target(history, to));
        return strcmp(below, "base") == 0 ? g_strdup_printf("%s\n%s", folder, step)
                                          : g_strdup_printf("%s\n%s\n%s", folder, before, step);
    }
    g_autofree char *before = alembic_command(settings, "upgrade", alembic_target(history, at));
    g_autofree char *step = alembic_command(settings, "downgrade", alembic_parent(history, at));
    return g_strdup_printf("%s\n%s\n%s", folder, before, step);
}

/* A command of the project's with its words; the database is whoever types it to name. */
static char *
expand_command(char **words, const char *revision)
{
    GString *line = g_string_new(NULL);
    for (char **word = words; *word != NULL; word++) {
        GString *text = g_string_new(*word);
        g_string_replace(text, "{revision}", revision, 0);
        g_string_replace(text, "{url}", "$DATABASE_URL", 0);
        append_word(line, text->str);
        g_string_free(text, TRUE);
    }
    return g_string_free(line, FALSE);
}

static char *
by_commands(const PgsHistory *history, gint at, gint to)
{
    const PgsCommandSettings *settings = &history->settings->commands;
    const char *base = settings->base != NULL ? settings->base : "base";
    const char *target = to < 0 ? base : revision_at(history, to)->id;
    if (settings->up == NULL || (to < at && settings->down == NULL))
        return NULL;
    g_autofree char *folder = enter_folder(history);
    g_autofree char *before =
        at >= 0 ? expand_command(settings->up, revision_at(history, at)->id) : NULL;
    g_autofree char *step = expand_command(to > at ? settings->up : settings->down, target);
    return g_strdup_printf("%s\n%s%s%s", folder, before != NULL ? before : "",
                           before != NULL ? "\n" : "", step);
}

char *
pgs_reproduction_of_step(const PgsSystem *system, const PgsHistory *history, gint at, gint to)
{
    const PgsRevision *revision = revision_at(history, MAX(at, to));
    const PgsStep *step = to > at ? revision->up : revision->down;
    switch (history->driver) {
    case PGS_DRIVER_ALEMBIC:
        return by_alembic(history, at, to);
    case PGS_DRIVER_COMMANDS:
        return by_commands(history, at, to);
    case PGS_DRIVER_SQL:
        break;
    }
    return step != NULL ? in_shell(system, history, at, to) : NULL;
}
