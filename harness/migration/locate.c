#include "migration/locate.h"

#include "base/text.h"
#include "migration/step.h"

#include <stdlib.h>
#include <string.h>

/* A line of a server's CONTEXT about PL/pgSQL code (pl_exec.c, plpgsql_exec_error_callback, and
 * pl_comp.c, plpgsql_compile_error_callback). */
typedef struct {
    char *function; /* without schema and arguments; inline_code_block for DO */
    guint line;     /* of its body */
} Frame;

/* The name as the server writes it: maybe with a schema, maybe quoted, maybe with arguments. */
static char *
bare_function(const char *text, gsize length)
{
    GString *name = g_string_new(NULL);
    gboolean quoted = FALSE;
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '"') {
            if (quoted && i + 1 < length && text[i + 1] == '"')
                g_string_append_c(name, text[i++]);
            else
                quoted = !quoted;
        } else if (!quoted && text[i] == '(') {
            break;
        } else if (!quoted && text[i] == '.') {
            g_string_truncate(name, 0);
        } else {
            g_string_append_c(name, text[i]);
        }
    }
    return g_string_free(name, FALSE);
}

static gboolean
parse_frame(const char *text, Frame *frame)
{
    static const struct {
        const char *prefix, *middle;
    } forms[] = {
        {"PL/pgSQL function ", " line "},
        {"compilation of PL/pgSQL function ", " near line "},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (!g_str_has_prefix(text, forms[i].prefix))
            continue;
        const char *name = text + strlen(forms[i].prefix);
        const char *middle = strstr(name, forms[i].middle);
        if (middle == NULL)
            return FALSE;
        frame->function = bare_function(name, (gsize)(middle - name));
        frame->line = (guint)strtoul(middle + strlen(forms[i].middle), NULL, 10);
        return TRUE;
    }
    return FALSE;
}

/* The statement of this very file that holds the frame's code, or NULL. */
static const PgsStatement *
frame_statement(const Frame *frame, const PgsScript *script, const PgsStatement *failed)
{
    if (strcmp(frame->function, "inline_code_block") == 0)
        return strcmp(failed->tag, "DO") == 0 ? failed : NULL;
    return pgs_script_function(script, frame->function, failed);
}

/* The file's line of the innermost code that stands in this very file; 0: none does. */
static guint
code_line(const PgsFailure *failure, const PgsScript *script, const PgsStatement *failed)
{
    g_auto(GStrv) lines = g_strsplit(failure->context != NULL ? failure->context : "", "\n", -1);
    guint line = 0;
    for (char **text = lines; *text != NULL && line == 0; text++) {
        Frame frame = {0};
        if (!parse_frame(*text, &frame))
            continue;
        const PgsStatement *code = frame_statement(&frame, script, failed);
        if (code != NULL)
            line = pgs_script_body_line(script, code, frame.line);
        g_free(frame.function);
    }
    return line;
}

/* The statement at or in front of an offset: a syntax error at a semicolon is the one's before. */
static const PgsStatement *
statement_before(const PgsScript *script, gsize offset)
{
    guint n = pgs_script_n_statements(script);
    const PgsStatement *at = pgs_script_statement_at(script, offset);
    if (n == 0 || (at != NULL && at->start <= offset))
        return at;
    const PgsStatement *first = pgs_script_statement(script, 0);
    guint index = at != NULL ? (guint)(at - first) : n;
    return pgs_script_statement(script, index > 0 ? index - 1 : 0);
}

void
pgs_locate_failure(PgsOutcome *outcome, const PgsStep *step, const PgsStatement *statement,
                   gsize sent)
{
    const PgsFailure *failure = outcome->failure;
    gsize length;
    const char *text = g_bytes_get_data(step->text, &length);
    gsize offset = G_MAXSIZE;
    if (failure->position > 0 && sent < length) {
        offset = sent + pgs_text_char_offset(text + sent, length - sent, failure->position - 1);
        if (statement == NULL || sent == 0)
            statement = step->script != NULL ? statement_before(step->script, offset) : NULL;
    }
    guint line = 0;
    if (statement != NULL) {
        outcome->statement = pgs_script_statement_text(step->script, statement);
        line = failure->position == 0 ? code_line(failure, step->script, statement) : 0;
    }
    if (line > 0) {
        outcome->line = line;
    } else if (offset != G_MAXSIZE) {
        pgs_text_position(text, length, offset, &outcome->line, &outcome->column);
    } else if (statement != NULL) {
        outcome->line = statement->line;
        outcome->column = statement->column;
    }
    if (outcome->line > 0)
        outcome->line = pgs_step_file_line(step, outcome->line);
}

/* What is often missing, by what the server says of it. */
static const struct {
    const char *sqlstate, *message, *hint; /* message: a part of the server's */
} advice[] = {
    {"42883", "function uuid_generate_v", "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" first"},
    {"42883", "function gen_random_bytes", "CREATE EXTENSION IF NOT EXISTS pgcrypto first"},
    {"42883", "function crypt(", "CREATE EXTENSION IF NOT EXISTS pgcrypto first"},
    {"42883", "function digest(", "CREATE EXTENSION IF NOT EXISTS pgcrypto first"},
    {"42883", "function unaccent(", "CREATE EXTENSION IF NOT EXISTS unaccent first"},
    {"42704", "\"gin_trgm_ops\"", "CREATE EXTENSION IF NOT EXISTS pg_trgm first"},
    {"42704", "\"gist_trgm_ops\"", "CREATE EXTENSION IF NOT EXISTS pg_trgm first"},
    {"42704", "type \"citext\"", "CREATE EXTENSION IF NOT EXISTS citext first"},
    {"42704", "type \"ltree\"", "CREATE EXTENSION IF NOT EXISTS ltree first"},
    {"42704", "type \"hstore\"", "CREATE EXTENSION IF NOT EXISTS hstore first"},
    {"42704", "type \"vector\"", "CREATE EXTENSION IF NOT EXISTS vector first"},
    {"42704", "type \"geometry\"", "CREATE EXTENSION IF NOT EXISTS postgis first"},
    {"42704", "type \"geography\"", "CREATE EXTENSION IF NOT EXISTS postgis first"},
    {"42704", "role \"", "name a role that every server has, or create it where it is missing"},
    {"0A000", "extension \"", "install the extension's package on the server that verifies"},
    {"58P01", "extension control file",
     "install the extension's package on the server that verifies"},
    {"57014", "statement timeout", "raise the limit with --statement-timeout"},
    {"55P03", "lock timeout",
     "another session holds a lock that it waits for (pg_blocking_pids() and pg_stat_activity tell "
     "which): try again when that has ended, or raise lock_timeout (pgstair migrate: "
     "--lock-timeout)"},
};

static char *
make_advice(const PgsFailure *failure, const PgsStep *step)
{
    gsize length;
    const char *text = g_bytes_get_data(step->text, &length);
    if (strcmp(failure->sqlstate, "25001") == 0 &&
        strstr(failure->message, "transaction block") != NULL)
        return g_strdup(step->tool->alone);
    if (strcmp(failure->sqlstate, "42601") == 0 && failure->position == 1 && length >= 3 &&
        memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return g_strdup_printf("the file begins with a byte order mark, and %s sends it with the "
                               "rest: save the file without one",
                               step->tool->name);
    if (strcmp(failure->sqlstate, "42601") == 0 && step->send == PGS_SEND_WHOLE &&
        step->script != NULL && (pgs_script_flags(step->script) & PGS_STATEMENT_COPY_IN) != 0)
        return g_strdup("only psql takes the lines behind COPY … FROM STDIN for data: write the "
                        "rows as INSERT");
    for (gsize i = 0; i < G_N_ELEMENTS(advice); i++) {
        if (strcmp(failure->sqlstate, advice[i].sqlstate) == 0 &&
            strstr(failure->message, advice[i].message) != NULL)
            return g_strdup(advice[i].hint);
    }
    return NULL;
}

void
pgs_advise_failure(PgsFailure *failure, const PgsStep *step)
{
    g_autofree char *hint = make_advice(failure, step);
    /* The server's hint on a missing function is about type casts: ours knows better. */
    if (hint == NULL || (failure->hint != NULL && strcmp(failure->sqlstate, "42883") != 0))
        return;
    g_free(failure->hint);
    failure->hint = g_steal_pointer(&hint);
}
