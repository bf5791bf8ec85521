#include "migration/goose_split.h"

#include <string.h>

/* internal/sqlparser/parser.go: scanBufSize, which a line has to fit in with its end. */
enum {
    MAX_LINE = 4 * 1024 * 1024,
};

typedef enum {
    STATE_START,
    STATE_UP,
    STATE_BEGIN_UP,
    STATE_END_UP,
    STATE_DOWN,
    STATE_BEGIN_DOWN,
    STATE_END_DOWN,
} State;

typedef struct {
    PgsDirection direction;
    const PgsGooseVariables *variables;
    State state;
    guint no_transaction; /* the line of NO TRANSACTION; 0: there is none */
    gboolean envsub;
    gboolean has_down;
    PgsLineText text;
    guint last_line; /* of the last mark that opened something */
    guint fault_line;
    char *fault; /* what goose says; NULL: nothing is wrong so far */
    const char *hint;
} Parser;

/* Always FALSE. */
static gboolean G_GNUC_PRINTF(4, 5)
    fail(Parser *parser, guint line, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    parser->fault = g_strdup_vprintf(format, args);
    va_end(args);
    parser->fault_line = line;
    parser->hint = hint;
    return FALSE;
}

static gboolean
fail_unfinished(Parser *parser)
{
    return fail(parser, pgs_line_text_first_line(&parser->text),
                "end the statement with a ; at the end of a line, or put it between -- +goose "
                "StatementBegin and -- +goose StatementEnd",
                "goose: unexpected unfinished SQL query: missing semicolon?");
}

static gboolean
is_up(State state)
{
    return state == STATE_UP || state == STATE_BEGIN_UP || state == STATE_END_UP;
}

/* ---- marks ---- */

static gboolean
mark_up(Parser *parser, const PgsLine *line)
{
    if (parser->state != STATE_START)
        return fail(parser, line->number, "a file has one -- +goose Up, in front of everything",
                    "goose: duplicate '-- +goose Up' annotations");
    parser->state = STATE_UP;
    return TRUE;
}

static gboolean
mark_down(Parser *parser, const PgsLine *line)
{
    if (parser->state == STATE_START)
        return fail(parser, line->number, "put -- +goose Up in front of it",
                    "goose: must start with '-- +goose Up' annotation");
    if (parser->state == STATE_BEGIN_UP || parser->state == STATE_BEGIN_DOWN)
        return fail(parser, parser->last_line, "end it with -- +goose StatementEnd",
                    "goose: '-- +goose StatementBegin' is still open at '-- +goose Down'");
    if (parser->state != STATE_UP && parser->state != STATE_END_UP)
        return fail(parser, line->number, "a file has one -- +goose Down at most",
                    "goose: a second '-- +goose Down' annotation");
    if (!pgs_line_text_is_blank(&parser->text))
        return fail_unfinished(parser);
    parser->state = STATE_DOWN;
    parser->has_down = TRUE;
    return TRUE;
}

static gboolean
mark_begin(Parser *parser, const PgsLine *line)
{
    if (parser->state == STATE_UP || parser->state == STATE_END_UP)
        parser->state = STATE_BEGIN_UP;
    else if (parser->state == STATE_DOWN || parser->state == STATE_END_DOWN)
        parser->state = STATE_BEGIN_DOWN;
    else
        return fail(parser, line->number,
                    parser->state == STATE_START ? "put -- +goose Up in front of it"
                                                 : "end the one before with -- +goose StatementEnd",
                    "goose: '-- +goose StatementBegin' must be defined after '-- +goose Up' or '-- "
                    "+goose Down' annotation");
    parser->last_line = line->number;
    return TRUE;
}

static gboolean
mark_end(Parser *parser, const PgsLine *line)
{
    if (parser->state == STATE_BEGIN_UP)
        parser->state = STATE_END_UP;
    else if (parser->state == STATE_BEGIN_DOWN)
        parser->state = STATE_END_DOWN;
    else
        return fail(parser, line->number, "take it out, or begin the statement with a mark",
                    "goose: '-- +goose StatementEnd' must be defined after '-- +goose "
                    "StatementBegin'");
    return TRUE;
}

static gboolean
mark_no_transaction(Parser *parser, const PgsLine *line)
{
    if (parser->no_transaction == 0)
        parser->no_transaction = line->number;
    return TRUE;
}

static gboolean
mark_envsub_on(Parser *parser, G_GNUC_UNUSED const PgsLine *line)
{
    parser->envsub = TRUE;
    return TRUE;
}

static gboolean
mark_envsub_off(Parser *parser, G_GNUC_UNUSED const PgsLine *line)
{
    parser->envsub = FALSE;
    return TRUE;
}

/* The rest of the line of StatementEnd is looked at like any other's. */
static const struct {
    const char *name;
    gboolean (*apply)(Parser *parser, const PgsLine *line);
} marks[] = {
    {"Up", mark_up},
    {"Down", mark_down},
    {"StatementBegin", mark_begin},
    {"StatementEnd", mark_end},
    {"NO TRANSACTION", mark_no_transaction},
    {"ENVSUB ON", mark_envsub_on},
    {"ENVSUB OFF", mark_envsub_off},
};

static const char known_marks[] = "the marks are Up, Down, StatementBegin, StatementEnd, NO "
                                  "TRANSACTION, ENVSUB ON and ENVSUB OFF; goose takes every "
                                  "comment with +goose in it for one";

/* extractAnnotation(): the line without any -- and without its first +goose, which has to be one of
 * those.  *name: g_free(). */
static gboolean
read_mark(Parser *parser, const PgsLine *line, char **name)
{
    if (line->length > 0 && (line->text[0] == ' ' || line->text[0] == '\t'))
        return fail(parser, line->number, "begin the line with -- +goose",
                    "goose: the annotation contains leading whitespace: invalid annotation");
    g_autoptr(GString) text = g_string_new_len(line->text, (gssize)line->length);
    g_string_replace(text, "--", "", 0);
    g_string_replace(text, "+goose", "", 1);
    if (strstr(text->str, "+goose") != NULL)
        return fail(parser, line->number, "write one mark in a line",
                    "goose: multiple '+goose' annotations: invalid annotation");
    const char *start = text->str;
    gsize length = text->len;
    pgs_line_trim(&start, &length);
    if (length == 0)
        return fail(parser, line->number, known_marks, "goose: empty annotation");
    *name = g_strndup(start, length);
    return TRUE;
}

gboolean
pgs_goose_is_mark(const PgsLine *line)
{
    return pgs_line_is_comment_with(line, "+goose");
}

/* *through: the line is looked at like any other. */
static gboolean
take_mark(Parser *parser, const PgsLine *line, gboolean *through)
{
    g_autofree char *name = NULL;
    if (!read_mark(parser, line, &name))
        return FALSE;
    /* strings.EqualFold(): the long s is an s, too. */
    g_autoptr(GString) folded = g_string_new(name);
    g_string_replace(folded, "\xc5\xbf", "s", 0);
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (g_ascii_strcasecmp(folded->str, marks[i].name) != 0)
            continue;
        *through = marks[i].apply == mark_end;
        return marks[i].apply(parser, line);
    }
    return fail(parser, line->number, known_marks,
                "goose: \"%s\" not supported: invalid annotation", name);
}

/* ---- lines ---- */

/* Adds the line to the statement; *ends: whether it ends a simple one. */
static gboolean
add_line(Parser *parser, const PgsLine *line, gboolean *ends)
{
    g_autoptr(GString) expanded = parser->envsub ? g_string_new(NULL) : NULL;
    g_autofree char *message = NULL;
    if (expanded != NULL &&
        !pgs_goose_expand(parser->variables, line->text, line->length, expanded, &message))
        return fail(parser, line->number,
                    "between ENVSUB ON and ENVSUB OFF write $$ for a $; values come of "
                    "placeholders: in pgstair.yaml, or of the environment",
                    "goose: variable substitution failed: %s", message);
    const char *text = expanded != NULL ? expanded->str : line->text;
    gsize length = expanded != NULL ? expanded->len : line->length;
    pgs_line_text_add(&parser->text, line->number, text, length);
    *ends = pgs_line_ends_statement(text, length, MAX_LINE);
    return TRUE;
}

/* What is in front of a statement, comments and empty lines, is no part of it. */
static gboolean
is_passed_over(const Parser *parser, const PgsLine *line)
{
    const char *start = line->text;
    gsize length = line->length;
    pgs_line_trim(&start, &length);
    return pgs_line_text_is_empty(&parser->text) &&
           (line->length == 0 || (length >= 2 && memcmp(start, "--", 2) == 0));
}

static gboolean
fail_start(Parser *parser, const PgsLine *line)
{
    gboolean mark = line->number == 1 && pgs_line_begins(line, "\xef\xbb\xbf");
    return fail(parser, line->number,
                mark ? "the file begins with a byte order mark, which goose takes for a text: save "
                       "it without one"
                     : "only comments may stand in front of -- +goose Up",
                "goose: failed to parse migration: unexpected state 0");
}

/* Behind an empty block of StatementBegin and StatementEnd, goose takes the next line for the
 * block's end: it is lost. */
static gboolean
take_text(Parser *parser, const PgsLine *line)
{
    gboolean ends = FALSE;
    gboolean at_end = parser->state == STATE_END_UP || parser->state == STATE_END_DOWN;
    if (is_passed_over(parser, line))
        return TRUE;
    if (!at_end && !add_line(parser, line, &ends))
        return FALSE;
    if (parser->state == STATE_START)
        return fail_start(parser, line);
    if (is_up(parser->state) != (parser->direction == PGS_DIRECTION_UP)) {
        pgs_line_text_drop(&parser->text);
        return TRUE;
    }
    gboolean simple = parser->state == STATE_UP || parser->state == STATE_DOWN;
    if (at_end || (simple && ends))
        pgs_line_text_cut(&parser->text);
    if (at_end)
        parser->state = parser->state == STATE_END_UP ? STATE_UP : STATE_DOWN;
    return TRUE;
}

static gboolean
is_blank(const PgsLine *line)
{
    const char *start = line->text;
    gsize length = line->length;
    pgs_line_trim(&start, &length);
    return length == 0;
}

static gboolean
take_line(Parser *parser, const PgsLine *line)
{
    gboolean through = TRUE;
    if (line->length >= MAX_LINE)
        return fail(parser, line->number, "write it in lines of less than 4 MB",
                    "goose: failed to scan migration: bufio.Scanner: token too long");
    if (parser->state == STATE_START && is_blank(line))
        return TRUE;
    if (pgs_goose_is_mark(line) && !take_mark(parser, line, &through))
        return FALSE;
    return !through || take_text(parser, line);
}

static gboolean
finish(Parser *parser)
{
    if (parser->state == STATE_START)
        return fail(parser, 1, "begin the file with a line -- +goose Up",
                    "goose: must start with '-- +goose Up' annotation");
    if (parser->state == STATE_BEGIN_UP || parser->state == STATE_BEGIN_DOWN)
        return fail(parser, parser->last_line, "end it with -- +goose StatementEnd",
                    "goose: missing '-- +goose StatementEnd' annotation");
    return pgs_line_text_is_blank(&parser->text) || fail_unfinished(parser);
}

static PgsStep *
make_step(Parser *parser, const char *path, const PgsTool *tool)
{
    if (parser->fault != NULL)
        return pgs_step_new_refused(path, parser->fault_line, tool, parser->hint, "%s",
                                    parser->fault);
    if (parser->direction == PGS_DIRECTION_DOWN && !parser->has_down)
        return NULL;
    g_autofree char *why =
        parser->no_transaction > 0
            ? g_strdup_printf("line %u: -- +goose NO TRANSACTION", parser->no_transaction)
            : NULL;
    return pgs_line_text_step(&parser->text, path, parser->no_transaction == 0, why, tool);
}

PgsStep *
pgs_goose_split(const char *path, const char *text, gsize length, PgsDirection direction,
                const PgsGooseVariables *variables, const PgsTool *tool)
{
    Parser parser = {.direction = direction, .variables = variables};
    PgsLineReader reader = {.text = text, .length = length};
    PgsLine line;
    gboolean fine = TRUE;
    pgs_line_text_init(&parser.text);
    while (fine && pgs_line_next(&reader, &line))
        fine = take_line(&parser, &line);
    if (fine)
        finish(&parser);
    PgsStep *step = make_step(&parser, path, tool);
    g_free(parser.fault);
    pgs_line_text_clear(&parser.text);
    return step;
}
