#include "migration/sql_migrate_split.h"

#include <string.h>

/* sqlparse.go: scanner.Buffer(); endsWithSemicolon() has bufio.MaxScanTokenSize. */
enum {
    MAX_LINE = 1024 * 1024,
    MAX_WORD = 64 * 1024,
};

static const char mark[] = "-- +migrate ";

typedef enum {
    SECTION_NONE = -1,
    SECTION_UP = PGS_DIRECTION_UP,
    SECTION_DOWN = PGS_DIRECTION_DOWN,
} Section;

typedef struct {
    PgsSqlMigrateText *result;
    Section section;
    PgsLineText *text;  /* the section's; NULL: none yet */
    guint block;        /* the line of the StatementBegin that is open; 0: none is */
    gboolean block_end; /* this line ends one */
} Parser;

void
pgs_sql_migrate_text_clear(PgsSqlMigrateText *text)
{
    pgs_line_text_clear(&text->texts[0]);
    pgs_line_text_clear(&text->texts[1]);
    g_clear_pointer(&text->unknown, g_array_unref);
    g_clear_pointer(&text->fault, g_free);
}

/* Always FALSE. */
static gboolean
fail(Parser *parser, guint line, const char *hint, const char *message)
{
    parser->result->fault = g_strdup(message);
    parser->result->fault_line = line;
    parser->result->hint = hint;
    return FALSE;
}

static gboolean
fail_unfinished(Parser *parser)
{
    return fail(parser, pgs_line_text_first_line(parser->text),
                "end the statement with a ; at the end of a line, or put it between -- +migrate "
                "StatementBegin and -- +migrate StatementEnd; only comments that begin a line with "
                "\"-- \" are left out",
                "sql-migrate: the last statement must be ended by a semicolon or '-- +migrate "
                "StatementEnd' marker");
}

static gboolean
begin_section(Parser *parser, Section section, guint line, char **options)
{
    PgsSqlMigrateText *result = parser->result;
    if (parser->text != NULL && !pgs_line_text_is_blank(parser->text))
        return fail_unfinished(parser);
    if (parser->text != NULL)
        pgs_line_text_drop(parser->text);
    parser->section = section;
    parser->text = &result->texts[section];
    result->sections[section] = TRUE;
    for (; *options != NULL; options++) {
        if (strcmp(*options, "notransaction") == 0 && result->no_transaction[section] == 0)
            result->no_transaction[section] = line;
    }
    return TRUE;
}

/* parseCommand() and what ParseMigration() makes of it. */
static gboolean
take_mark(Parser *parser, const PgsLine *line)
{
    gsize begin_length = strlen(mark);
    g_auto(GStrv) fields = pgs_line_fields(line->text + begin_length, line->length - begin_length);
    if (fields[0] == NULL)
        return fail(parser, line->number, "write Up, Down, StatementBegin or StatementEnd",
                    "sql-migrate: incomplete migration command");
    if (strcmp(fields[0], "Up") == 0)
        return begin_section(parser, SECTION_UP, line->number, fields + 1);
    if (strcmp(fields[0], "Down") == 0)
        return begin_section(parser, SECTION_DOWN, line->number, fields + 1);
    gboolean begin = strcmp(fields[0], "StatementBegin") == 0;
    gboolean end = strcmp(fields[0], "StatementEnd") == 0;
    if (!begin && !end)
        g_array_append_val(parser->result->unknown, line->number);
    if (parser->section == SECTION_NONE)
        return TRUE;
    if (end)
        parser->block_end = parser->block > 0;
    if (begin || end)
        parser->block = begin ? line->number : 0;
    return TRUE;
}

static gboolean
take_line(Parser *parser, const PgsLine *line)
{
    if (line->length >= MAX_LINE)
        return fail(parser, line->number, "write it in lines of less than 1 MB",
                    "sql-migrate: bufio.Scanner: token too long");
    gboolean marked = pgs_line_begins(line, "-- +");
    if (pgs_line_is_comment_with(line, "+migrate") && !pgs_line_begins(line, mark))
        g_array_append_val(parser->result->unknown, line->number);
    if (pgs_line_begins(line, "-- ") && !marked)
        return TRUE;
    if (pgs_line_begins(line, mark) && !take_mark(parser, line))
        return FALSE;
    if (parser->text == NULL)
        return TRUE;
    if (!marked)
        pgs_line_text_add(parser->text, line->number, line->text, line->length);
    if ((parser->block == 0 && pgs_line_ends_statement(line->text, line->length, MAX_WORD)) ||
        parser->block_end)
        pgs_line_text_cut_whole(parser->text); /* buf.String() */
    parser->block_end = FALSE;
    return TRUE;
}

static gboolean
finish(Parser *parser)
{
    if (parser->block > 0)
        return fail(parser, parser->block, "end it with -- +migrate StatementEnd",
                    "sql-migrate: saw '-- +migrate StatementBegin' with no matching '-- +migrate "
                    "StatementEnd'");
    if (parser->section == SECTION_NONE)
        return fail(parser, 1,
                    "begin it with a line -- +migrate Up: two hyphens, one space, and nothing in "
                    "front of them, no byte order mark either",
                    "sql-migrate: no Up/Down annotations found, so no statements were executed");
    return pgs_line_text_is_blank(parser->text) || fail_unfinished(parser);
}

void
pgs_sql_migrate_split(const char *text, gsize length, PgsSqlMigrateText *result)
{
    Parser parser = {.result = result, .section = SECTION_NONE};
    PgsLineReader reader = {.text = text, .length = length};
    PgsLine line;
    gboolean fine = TRUE;
    pgs_line_text_init(&result->texts[0]);
    pgs_line_text_init(&result->texts[1]);
    result->unknown = g_array_new(FALSE, FALSE, sizeof(guint));
    while (fine && pgs_line_next(&reader, &line))
        fine = take_line(&parser, &line);
    if (fine)
        finish(&parser);
}
