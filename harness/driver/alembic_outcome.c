#include "driver/alembic_outcome.h"

#include "base/error.h"
#include "base/text.h"
#include "migration/alembic_project.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum {
    MAX_NAMES = 6, /* of environment variables in a hint */
};

/* ---- places ---- */

/* A file as a person knows it: in the folder as it was given, else whole. */
static char *
shown_path(const PgsHistory *history, const char *path)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_autofree char *absolute = g_canonicalize_filename(revision->up->path, NULL);
        if (strcmp(absolute, path) == 0)
            return g_strdup(revision->up->path);
    }
    g_autofree char *folder = g_canonicalize_filename(history->folder, NULL);
    gsize length = strlen(folder);
    if (strncmp(path, folder, length) == 0 && path[length] == '/')
        return g_build_filename(history->folder, path + length + 1, NULL);
    return g_strdup(path);
}

static const PgsStep *
step_at(const PgsHistory *history, gboolean up, gint index)
{
    const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)index);
    return up || revision->down == NULL ? revision->up : revision->down;
}

static PgsOutcome *
new_outcome(const PgsHistory *history, gboolean up, gint index)
{
    const PgsStep *step = step_at(history, up, index);
    PgsOutcome *outcome = pgs_outcome_new();
    outcome->succeeded = FALSE;
    outcome->path = g_strdup(step->path);
    outcome->line = step->line;
    outcome->revision = index;
    return outcome;
}

/* ---- what is said ---- */

static char *
lines_of(JsonObject *said, const char *name)
{
    JsonArray *lines =
        json_object_has_member(said, name) ? json_object_get_array_member(said, name) : NULL;
    if (lines == NULL || json_array_get_length(lines) == 0)
        return NULL;
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < json_array_get_length(lines); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "",
                               json_array_get_string_element(lines, i));
    return g_string_free(text, FALSE);
}

static gboolean
is_kind(JsonObject *said, const char *kind)
{
    return g_strcmp0(pgs_alembic_text(said, "kind"), kind) == 0;
}

static gboolean
is_type(JsonObject *said, const char *type)
{
    return g_strcmp0(pgs_alembic_text(said, "type"), type) == 0;
}

/* "TypeError: …"; Alembic's own errors are sentences. */
static char *
exception_text(JsonObject *said)
{
    const char *type = pgs_alembic_text(said, "type");
    const char *message = pgs_alembic_text(said, "message");
    if (g_strcmp0(type, "CommandError") == 0 || type == NULL)
        return g_strdup(message);
    return g_strdup_printf("%s%s%s", type, message != NULL && *message != '\0' ? ": " : "",
                           message != NULL ? message : "");
}

/* The server's own words. */
static PgsFailure *
server_failure(JsonObject *said)
{
    const char *message = pgs_alembic_text(said, "message");
    const char *position = pgs_alembic_text(said, "position");
    const char *severity = pgs_alembic_text(said, "severity");
    PgsFailure *failure =
        pgs_failure_new_printf(pgs_alembic_text(said, "sqlstate"), pgs_alembic_text(said, "hint"),
                               "%s", message != NULL ? message : "the server refused it");
    if (severity != NULL) {
        g_free(failure->severity);
        failure->severity = g_strdup(severity);
    }
    failure->detail = g_strdup(pgs_alembic_text(said, "detail"));
    failure->schema = g_strdup(pgs_alembic_text(said, "schema"));
    failure->table = g_strdup(pgs_alembic_text(said, "table"));
    failure->column = g_strdup(pgs_alembic_text(said, "column"));
    failure->constraint = g_strdup(pgs_alembic_text(said, "constraint"));
    failure->function = g_strdup(pgs_alembic_text(said, "function"));
    failure->position = position != NULL ? (guint)g_ascii_strtoull(position, NULL, 10) : 0;
    return failure;
}

static PgsFailure *
python_failure(JsonObject *said, gboolean up)
{
    g_autofree char *text = exception_text(said);
    if (is_kind(said, "exit")) {
        const char *code = pgs_alembic_text(said, "message");
        return pgs_failure_new_printf("", "a migration that cannot go on raises an exception",
                                      "it ends Alembic by sys.exit(%s)", code != NULL ? code : "");
    }
    if (is_type(said, "NotImplementedError") && !up)
        return pgs_failure_new_printf(
            "", "write the downgrade, or leave the function out if there can be none",
            "there is no way down: downgrade() raises %s", text);
    if (is_kind(said, "nothing"))
        return pgs_failure_new_printf(
            "", "env.py has to call context.configure(connection=…) and context.run_migrations()",
            "%s", pgs_alembic_text(said, "message"));
    return pgs_failure_new_printf("", NULL, "%s", text);
}

/* What the server says of its own lines of code, and Python of its. */
static void
add_trace(PgsFailure *failure, JsonObject *said)
{
    g_autofree char *trace = lines_of(said, "trace");
    const char *context = pgs_alembic_text(said, "context");
    g_free(failure->context);
    if (context != NULL && trace != NULL)
        failure->context = g_strdup_printf("%s\n%s", context, trace);
    else
        failure->context = g_strdup(context != NULL ? context : trace);
}

PgsOutcome *
pgs_alembic_outcome_of(const PgsHistory *history, gboolean up, gint index, JsonObject *said)
{
    PgsOutcome *outcome = new_outcome(history, up, index);
    const char *file = pgs_alembic_text(said, "file");
    const char *statement = pgs_alembic_text(said, "statement");
    const char *parameters = pgs_alembic_text(said, "parameters");
    outcome->failure = is_kind(said, "sql") ? server_failure(said) : python_failure(said, up);
    add_trace(outcome->failure, said);
    if (file != NULL) {
        g_free(outcome->path);
        outcome->path = shown_path(history, file);
        outcome->line = (guint)json_object_get_int_member_with_default(said, "line", 0);
    }
    if (statement != NULL)
        outcome->statement = parameters != NULL
                                 ? g_strdup_printf("%s\n-- with %s", statement, parameters)
                                 : g_strdup(statement);
    outcome->connection_lost = json_object_get_boolean_member_with_default(said, "lost", FALSE);
    return outcome;
}

PgsOutcome *
pgs_alembic_outcome_ended(const PgsHistory *history, gboolean up, gint index, gboolean is_entered,
                          const GError *cause)
{
    PgsOutcome *outcome = new_outcome(history, up, index);
    gboolean is_late = g_error_matches(cause, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_TIMEOUT);
    outcome->failure = pgs_failure_new_printf(
        is_late ? "57014" : "",
        is_late ? "tool-timeout: in pgstair.yaml is the limit for a run of Alembic"
                : "run \"alembic upgrade\" by hand to see it end",
        "%s %s: %s",
        is_entered ? (up ? "upgrade()" : "downgrade()")
                   : "env.py, before it came to its migrations,",
        is_late ? "does not come to an end" : "ends Alembic's process", cause->message);
    return outcome;
}

PgsOutcome *
pgs_alembic_outcome_lost(const PgsHistory *history, gboolean up, gint index)
{
    PgsOutcome *outcome = new_outcome(history, up, index);
    outcome->failure = pgs_failure_new_printf(
        "",
        "use \"with context.begin_transaction(): context.run_migrations()\" on a connection in "
        "which "
        "no transaction is open, or commit that transaction",
        "Alembic ended without an error, and what it did was not committed: env.py leaves a "
        "transaction open");
    return outcome;
}

/* ---- env.py's surroundings ---- */

gboolean
pgs_alembic_is_surroundings(JsonObject *said)
{
    static const char *const types[] = {
        "ModuleNotFoundError", "ImportError",       "KeyError",
        "ValidationError",     "NoSuchModuleError", "NoSectionError",
        "NoOptionError",       "ArgumentError",     NULL};
    const char *type = pgs_alembic_text(said, "type");
    return is_kind(said, "connect") || is_kind(said, "stranger") ||
           (type != NULL && g_strv_contains(types, type));
}

static gboolean
is_about_database(const char *name)
{
    static const char pattern[] = "URL|URI|DSN|DATABASE|DB|PG|POSTGRES|SQL";
    return g_regex_match_simple(pattern, name, G_REGEX_CASELESS, 0);
}

/* The variables that the project's code has asked for, those about a database; or all. */
static char *
asked_names(JsonObject *answer, gboolean only_database)
{
    JsonArray *asked = json_object_get_array_member(answer, "asked");
    GString *names = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; asked != NULL && i < json_array_get_length(asked) && n < MAX_NAMES; i++) {
        const char *name = json_array_get_string_element(asked, i);
        if ((only_database && !is_about_database(name)) || strcmp(name, "DATABASE_URL") == 0)
            continue;
        g_string_append_printf(names, "%s%s", n++ > 0 ? ", " : "", name);
    }
    return g_string_free(names, FALSE);
}

/* How the URL gets to where env.py looks for it. */
static char *
advise_url(JsonObject *answer)
{
    g_autofree char *names = asked_names(answer, TRUE);
    if (*names == '\0')
        return g_strdup("pgstair hands the URL over as sqlalchemy.url and as DATABASE_URL; for "
                        "another variable write \"url-variable: NAME\" into pgstair.yaml, for -x "
                        "\"alembic: {arguments: ['url={url}']}\"");
    g_auto(GStrv) each = g_strsplit(names, ", ", -1);
    if (each[1] == NULL)
        return g_strdup_printf("env.py reads %s: write \"url-variable: %s\" into pgstair.yaml",
                               names, names);
    return g_strdup_printf(
        "env.py reads %s: write \"url-variable: NAME\" for the one that holds the "
        "URL, or \"environment: {%s: '{host}', …}\" with {host}, {port}, {user}, "
        "{password}, {database}, into pgstair.yaml",
        names, each[0]);
}

static char *
advise(const PgsHistory *history, JsonObject *said, JsonObject *answer)
{
    if (is_type(said, "ModuleNotFoundError") || is_type(said, "NoSuchModuleError"))
        return g_strdup_printf("install it into the environment of %s (%s), or name another by "
                               "\"alembic: {python: PATH}\" in pgstair.yaml",
                               history->alembic->python.path, history->alembic->python.reason);
    if (is_kind(said, "connect") || is_kind(said, "stranger"))
        return advise_url(answer);
    g_autofree char *names = asked_names(answer, FALSE);
    return *names != '\0'
               ? g_strdup_printf("env.py reads %s: \"environment:\" in pgstair.yaml sets what it "
                                 "needs",
                                 names)
               : g_strdup("\"environment:\" in pgstair.yaml sets variables that it needs");
}

gboolean
pgs_alembic_refuse(const PgsHistory *history, JsonObject *said, JsonObject *answer, GError **error)
{
    const char *file = pgs_alembic_text(said, "file");
    gint64 line = json_object_get_int_member_with_default(said, "line", 0);
    g_autofree char *path = shown_path(history, file != NULL ? file : history->alembic->sign);
    g_autofree char *text = exception_text(said);
    g_autofree char *hint = advise(history, said, answer);
    g_autofree char *place =
        line > 0 ? g_strdup_printf("%s:%" G_GINT64_FORMAT, path, line) : g_strdup(path);
    if (is_kind(said, "stranger"))
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_STRANGER, hint,
                      "%s: env.py connects to %s, which is not the throwaway database that it was "
                      "given; nothing was run there",
                      place, pgs_alembic_text(said, "message"));
    else if (is_kind(said, "connect"))
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START, hint,
                      "%s: env.py cannot connect: %s", place, text);
    else
        pgs_error_set(error, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START, hint, "%s: %s", place, text);
    return FALSE;
}
