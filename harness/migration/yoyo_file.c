#include "migration/yoyo_file.h"

#include "base/error.h"
#include "base/text.h"
#include "migration/yoyo_split.h"
#include "sql/token.h"

#include <string.h>

/* yoyo/migrations.py of 8.2: Migration.load(), read_sql_migration(), process_steps();
 * yoyo/backends: a connection for each migration, a savepoint for each of its statements. */
static const PgsTool tool = {
    .name = "yoyo",
    .refuses_copy = "can't execute COPY FROM: use the copy_from() method instead",
    .savepoint = "SAVEPOINT sp",
    .alone = "write \"-- transactional: false\" into the file's first line",
    .own_session = TRUE,
};

void
pgs_yoyo_file_free(PgsYoyoFile *file)
{
    if (file == NULL)
        return;
    g_array_unref(file->cuts);
    g_free(file->text);
    g_free(file->transactional);
    g_strfreev(file->depends);
    g_free(file);
}

/* ^\s*--\s*(transactional|depends)\s*:\s*(.*)$ of a line. */
static gboolean
parse_directive(const GRegex *regex, const char *line, char **name, char **value)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, line, 0, &match))
        return FALSE;
    *name = g_match_info_fetch(match, 1);
    *value = g_match_info_fetch(match, 2);
    return TRUE;
}

/* ^(\s*|\s*--.*)$ */
static gboolean
is_comment(const char *line)
{
    while (*line != '\0' && pgs_yoyo_is_space(g_utf8_get_char(line)))
        line = g_utf8_next_char(line);
    return *line == '\0' || g_str_has_prefix(line, "--");
}

/* A second one of the same name goes behind the first. */
static void
join_value(char **to, guint *at, const char *value, guint line)
{
    char *joined = *to != NULL ? g_strconcat(*to, " ", value, NULL) : g_strdup(value);
    *at = *to != NULL ? *at : line;
    g_free(*to);
    *to = joined;
}

/* parse_metadata_from_sql_comments(): the lines in front of the first statement's SQL. */
static void
read_head(PgsYoyoFile *file, PgsCut *cut)
{
    g_autoptr(GRegex) regex =
        g_regex_new("(?s)^\\s*--\\s*(transactional|depends)\\s*:\\s*(.*)\\z", 0, 0, NULL);
    g_autofree char *depends = NULL;
    guint line, column;
    pgs_text_position(file->text, cut->end, cut->start, &line, &column);
    for (; cut->start < cut->end; line++) {
        const char *at = file->text + cut->start;
        const char *newline = memchr(at, '\n', cut->end - cut->start);
        const char *end = newline != NULL ? newline : file->text + cut->end;
        g_autofree char *text = g_strndup(at, (gsize)(end - at));
        g_autofree char *name = NULL;
        g_autofree char *value = NULL;
        if (parse_directive(regex, text, &name, &value)) {
            gboolean is_depends = strcmp(name, "depends") == 0;
            join_value(is_depends ? &depends : &file->transactional,
                       is_depends ? &file->depends_line : &file->transactional_line, value, line);
        } else if (!is_comment(text)) {
            break;
        }
        cut->start = (gsize)(end - file->text) + (newline != NULL);
    }
    g_strfreev(file->depends);
    file->depends = g_regex_split_simple("\\s+", depends != NULL ? depends : "", 0, 0);
}

/* open(path, "r"): whatever ends a line there is a \n. */
static char *
read_lines(const char *text, gsize length)
{
    GString *read = g_string_sized_new(length);
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\r' && i + 1 < length && text[i + 1] == '\n')
            continue;
        g_string_append_c(read, text[i] == '\r' ? '\n' : text[i]);
    }
    return g_string_free(read, FALSE);
}

PgsYoyoFile *
pgs_yoyo_file_read(PgsFolderFile *source, GError **error)
{
    GBytes *bytes = pgs_folder_text(source, error);
    if (bytes == NULL)
        return NULL;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    text = text != NULL ? text : "";
    const char *end;
    if (!g_utf8_validate_len(text, length, &end)) {
        guint line, column;
        pgs_text_position(text, length, (gsize)(end - text), &line, &column);
        pgs_error_set(
            error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER, "save the file as UTF-8",
            "%s:%u: no valid UTF-8: yoyo reads none of the migrations", source->path, line);
        return NULL;
    }
    PgsYoyoFile *file = g_new0(PgsYoyoFile, 1);
    file->file = source;
    file->text = read_lines(text, length);
    file->cuts = pgs_yoyo_split(file->text, strlen(file->text));
    file->depends = g_new0(char *, 1);
    if (file->cuts->len > 0) {
        PgsCut *first = &g_array_index(file->cuts, PgsCut, 0);
        read_head(file, first);
        if (first->start == first->end)
            g_array_remove_index(file->cuts, 0);
    }
    return file;
}

/* Nothing but comments and semicolons. */
static gboolean
is_empty(const char *text, const PgsCut *cut)
{
    g_autofree char *piece = g_strndup(text + cut->start, cut->end - cut->start);
    g_autoptr(GArray) tokens = pgs_token_scan_all(piece);
    for (guint i = 0; i < tokens->len; i++) {
        const PgsToken *token = &g_array_index(tokens, PgsToken, i);
        if (token->kind != PGS_TOKEN_COMMENT && !pgs_token_is_char(token, ';'))
            return FALSE;
    }
    return TRUE;
}

/* The index of the first statement that psycopg refuses, or how many there are. */
static guint
find_empty(const PgsYoyoFile *file)
{
    guint at = 0;
    while (at < file->cuts->len && !is_empty(file->text, &g_array_index(file->cuts, PgsCut, at)))
        at++;
    return at;
}

static PgsStep *
refuse_empty(const PgsYoyoFile *file, guint at)
{
    gsize offset = g_array_index(file->cuts, PgsCut, at).start;
    guint line, column;
    pgs_text_position(file->text, offset + 1, offset, &line, &column);
    return pgs_step_new_refused(file->file->path, line, &tool,
                                "take the comment away, or put it in front of a statement: "
                                "sqlparse, by which yoyo splits files, takes it for a statement of "
                                "its own",
                                "can't execute an empty query");
}

/* Of the first n statements. */
static PgsStep *
make_step(const PgsYoyoFile *file, guint n, guint n_idle, gboolean transaction, const char *why)
{
    g_autoptr(GArray) cuts = g_array_copy(file->cuts);
    g_array_set_size(cuts, n);
    PgsStep *step = pgs_step_new_text(file->file->path, file->text, strlen(file->text), 1, cuts,
                                      PGS_SEND_STATEMENTS, transaction, why, &tool);
    step->n_idle = transaction ? n_idle : 0;
    return step;
}

static gboolean
ends_transaction(const PgsStep *step)
{
    const PgsStatementFlags ends = PGS_STATEMENT_COMMIT | PGS_STATEMENT_ROLLBACK;
    return step->script != NULL && (pgs_script_flags(step->script) & ends) != 0;
}

PgsStep *
pgs_yoyo_file_step(const PgsYoyoFile *file, guint n_idle, gboolean transaction, const char *why)
{
    guint n = find_empty(file);
    if (n == file->cuts->len)
        return make_step(file, n, n_idle, transaction, why);
    /* In front of the empty one stands a savepoint, which fails behind a COMMIT. */
    g_autoptr(PgsStep) before = make_step(file, n, 1, transaction, why);
    if (transaction && ends_transaction(before))
        return g_steal_pointer(&before);
    PgsStep *refused = refuse_empty(file, n);
    if (transaction || n == 0 || before->script == NULL)
        return refused;
    pgs_step_append(&before, refused);
    return g_steal_pointer(&before);
}
