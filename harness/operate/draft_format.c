#include "operate/draft_format.h"

#include "base/error.h"
#include "base/text.h"
#include "sql/script.h"

#include <string.h>

/* Where in the text of a section the tool needs more than a semicolon to see a statement's end. */
typedef enum {
    MARKS_NONE,
    MARKS_STATEMENTS, /* goose, sql-migrate: begin and end around a statement with one in it */
} Marks;

/* In templates: {v} the version, {s} its separator, {n} the name, {d} the description. */
typedef struct {
    const char *format;
    const char *up, *down; /* files; down NULL: the same file, or (down_mark NULL) there is none */
    const char *prefix;    /* letters, one of which stands in front of a version in files' names */
    const char *up_mark, *down_mark; /* lines in front of the sections */
    const char *separator;
    PgsNumbering numbering;
    guint depth;
    char blank;
    gboolean lower;
    Marks marks;
    const char *begin, *end;
    const char *empty; /* a statement that does nothing, for a tool that refuses an empty text */
    const char *line;  /* put in front of each line of the way down: Liquibase's --rollback */
} Format;

#define NOTHING "SELECT 1;\n"

static const Format formats[] = {
    /* internal/cli/commands.go, createCmd() */
    {.format = "golang-migrate",
     .up = "{v}{s}{n}.up.sql",
     .down = "{v}{s}{n}.down.sql",
     .numbering = PGS_NUMBERING_TIME},
    {.format = "plain",
     .up = "{v}{s}{n}.up.sql",
     .down = "{v}{s}{n}.down.sql",
     .numbering = PGS_NUMBERING_SEQUENCE},
    {.format = "maragudk",
     .up = "{v}{s}{n}.up.sql",
     .down = "{v}{s}{n}.down.sql",
     .separator = "-",
     .blank = '-',
     .numbering = PGS_NUMBERING_TIME},
    /* sqlx-cli/src/migrate.rs, add(): blanks become _ */
    {.format = "sqlx",
     .up = "{v}{s}{n}.up.sql",
     .down = "{v}{s}{n}.down.sql",
     .numbering = PGS_NUMBERING_TIME},
    /* pkg/dbmate/db.go, NewMigration() */
    {.format = "dbmate",
     .up = "{v}{s}{n}.sql",
     .up_mark = "-- migrate:up\n",
     .down_mark = "\n-- migrate:down\n",
     .numbering = PGS_NUMBERING_TIME},
    /* create.go, CreateWithTemplate() */
    {.format = "goose",
     .up = "{v}{s}{n}.sql",
     .up_mark = "-- +goose Up\n",
     .down_mark = "\n-- +goose Down\n",
     .lower = TRUE,
     .marks = MARKS_STATEMENTS,
     .begin = "-- +goose StatementBegin\n",
     .end = "-- +goose StatementEnd\n",
     .numbering = PGS_NUMBERING_TIME},
    /* sql-migrate/command_new.go */
    {.format = "sql-migrate",
     .up = "{v}{s}{n}.sql",
     .up_mark = "-- +migrate Up\n",
     .down_mark = "\n-- +migrate Down\n",
     .separator = "-",
     .marks = MARKS_STATEMENTS,
     .begin = "-- +migrate StatementBegin\n",
     .end = "-- +migrate StatementEnd\n",
     .numbering = PGS_NUMBERING_TIME},
    /* diesel_cli/src/migrations/mod.rs, TIMESTAMP_FORMAT; an empty text is an empty query there */
    {.format = "diesel",
     .up = "{v}{s}{n}/up.sql",
     .down = "{v}{s}{n}/down.sql",
     .depth = 1,
     .empty = NOTHING,
     .numbering = PGS_NUMBERING_DASHED_TIME},
    {.format = "flyway",
     .up = "V{v}__{n}.sql",
     .down = "U{v}__{n}.sql",
     .prefix = "VB",
     .numbering = PGS_NUMBERING_ONE},
    {.format = "refinery", .up = "V{v}__{n}.sql", .prefix = "VU", .numbering = PGS_NUMBERING_ONE},
    {.format = "liquibase",
     .up = "{v}{s}{n}.sql",
     .up_mark = "--liquibase formatted sql\n\n--changeset pgstair:{v}-{n} splitStatements:false "
                "stripComments:false\n",
     .down_mark = "\n",
     .line = "--rollback ",
     .empty = NOTHING,
     .numbering = PGS_NUMBERING_TIME},
    {.format = "yoyo",
     .up = "{v}{s}{n}.sql",
     .down = "{v}{s}{n}.rollback.sql",
     .up_mark = "-- {d}\n-- depends: {l}\n",
     .blank = '-',
     .lower = TRUE,
     .numbering = PGS_NUMBERING_SEQUENCE},
    /* src/migration.ts, Migration.create(): blanks and _ of the name become - */
    {.format = "node-pg-migrate",
     .up = "{v}{s}{n}.sql",
     .up_mark = "-- Up Migration\n",
     .down_mark = "\n-- Down Migration\n",
     .blank = '-',
     .numbering = PGS_NUMBERING_MILLISECONDS},
    {.format = "postgrator",
     .up = "{v}.do.{n}.sql",
     .down = "{v}.undo.{n}.sql",
     .blank = '-',
     .numbering = PGS_NUMBERING_SEQUENCE},
    {.format = "prisma",
     .up = "{v}{s}{n}/migration.sql",
     .depth = 1,
     .lower = TRUE,
     .numbering = PGS_NUMBERING_TIME},
    {.format = "atlas", .up = "{v}{s}{n}.sql", .numbering = PGS_NUMBERING_TIME},
    {0},
};

void
pgs_draft_file_free(gpointer data)
{
    PgsDraftFile *file = data;
    if (file == NULL)
        return;
    g_free(file->path);
    g_free(file->text);
    g_free(file);
}

/* ---- texts ---- */

char *
pgs_draft_note(const char *note, const char *mark)
{
    if (note == NULL)
        return g_strdup("");
    /* It may name what others have named. */
    g_autofree char *plain = pgs_text_plain(note);
    g_auto(GStrv) lines = g_strsplit(plain, "\n", -1);
    GString *text = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++)
        g_string_append_printf(text, "%s%s\n", mark, *line);
    return g_string_free(text, FALSE);
}

char *
pgs_draft_section(const PgsDraftRequest *request, gboolean up, const char *empty)
{
    const char *sql = up ? request->up : request->down;
    g_autofree char *note = pgs_draft_note(up ? request->note : NULL, "-- ");
    if (sql != NULL)
        return g_strconcat(note, sql, g_str_has_suffix(sql, "\n") ? "" : "\n", NULL);
    const char *words = up                    ? "the SQL of the upgrade belongs here"
                        : request->up != NULL ? "nothing is undone here: there is no way back"
                                              : "the SQL that undoes it belongs here";
    return g_strconcat(note, "-- ", words, "\n", empty != NULL ? empty : "", NULL);
}

/* Puts the tool's marks around statements in which a semicolon stands. */
static char *
mark_statements(const Format *format, const char *text, GError **error)
{
    g_autoptr(PgsScript) script = pgs_script_new(text, strlen(text), FALSE, NULL, error);
    if (script == NULL)
        return NULL;
    GString *marked = g_string_new(NULL);
    gsize at = 0;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        gsize end = statement->end + (text[statement->end] == ';');
        g_string_append_len(marked, text + at, (gssize)(statement->start - at));
        g_autofree char *sql = g_strndup(text + statement->start, end - statement->start);
        gboolean has_inner = memchr(sql, ';', statement->end - statement->start) != NULL;
        g_string_append_printf(marked, "%s%s%s%s", has_inner ? format->begin : "", sql,
                               has_inner ? "\n" : "", has_inner ? format->end : "");
        /* The line's own end stands in front of the mark already. */
        at = end + (has_inner && text[end] == '\n');
    }
    g_string_append(marked, text + at);
    return g_string_free(marked, FALSE);
}

static char *
put_lines(const char *mark, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *all = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++) {
        if (line[1] != NULL || **line != '\0')
            g_string_append_printf(all, "%s%s\n", mark, *line);
    }
    return g_string_free(all, FALSE);
}

static char *
make_section(const PgsDraftRequest *request, const Format *format, gboolean up, GError **error)
{
    g_autofree char *text = pgs_draft_section(request, up, format->empty);
    if (!up && format->line != NULL)
        return put_lines(format->line, text);
    return format->marks == MARKS_STATEMENTS ? mark_statements(format, text, error)
                                             : g_steal_pointer(&text);
}

/* ---- names ---- */

typedef struct {
    PgsDraftName name;
    char *slug;
    char *description; /* in one line */
    char *last;        /* the last revision's id, or "" */
} Words;

static void
words_clear(Words *words)
{
    pgs_draft_name_clear(&words->name);
    g_free(words->slug);
    g_free(words->description);
    g_free(words->last);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

static char *
fill(const Format *format, const Words *words, const char *template)
{
    const char *separator = words->name.separator != NULL ? words->name.separator
                            : format->separator != NULL   ? format->separator
                                                          : "_";
    const struct {
        const char *place, *text;
    } rows[] = {{"{v}", words->name.version},
                {"{s}", separator},
                {"{n}", words->slug},
                {"{d}", words->description},
                {"{l}", words->last}};
    GString *text = g_string_new(NULL);
    for (const char *at = template; *at != '\0';) {
        gsize row = 0;
        while (row < G_N_ELEMENTS(rows) && !g_str_has_prefix(at, rows[row].place))
            row++;
        if (row < G_N_ELEMENTS(rows)) {
            g_string_append(text, rows[row].text);
            at += strlen(rows[row].place);
        } else {
            g_string_append_c(text, *at++);
        }
    }
    return g_string_free(text, FALSE);
}

static gboolean
make_words(const PgsDraftRequest *request, const Format *format, Words *words, GError **error)
{
    pgs_draft_name_next(&words->name, request->history, format->depth,
                        format->prefix != NULL ? format->prefix : "", format->numbering,
                        request->now);
    words->slug = pgs_draft_slug(request->description, format->blank != 0 ? format->blank : '_',
                                 format->lower, error);
    g_autofree char *plain = pgs_text_plain(request->description);
    words->description = pgs_text_fold_space(plain);
    const PgsRevision *last = pgs_draft_last_revision(request->history);
    words->last = g_strdup(last != NULL ? last->id : "");
    return words->slug != NULL;
}

/* ---- files ---- */

static void
add_file(GPtrArray *files, const char *folder, const char *name, char *text)
{
    PgsDraftFile *file = g_new0(PgsDraftFile, 1);
    file->path = g_build_filename(folder, name, NULL);
    file->text = text;
    g_ptr_array_add(files, file);
}

static gboolean
has_downs(const PgsHistory *history)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = history->revisions->pdata[i];
        if (revision->down != NULL)
            return TRUE;
    }
    return history->revisions->len == 0;
}

/* Where a format has both sorts of files, the folder's own are followed: sqlx without .up, Flyway
 * without U. */
static void
suit_folder(const PgsDraftRequest *request, Format *format)
{
    gboolean is_pair = format->down != NULL && has_downs(request->history);
    const PgsRevision *last = pgs_draft_last_revision(request->history);
    if (strcmp(format->format, "flyway") == 0 && !is_pair)
        format->down = NULL;
    if (strcmp(format->format, "sqlx") == 0 && last != NULL &&
        !g_str_has_suffix(last->up->path, ".up.sql")) {
        format->up = "{v}{s}{n}.sql";
        format->down = NULL;
    }
    if (strcmp(format->format, "node-pg-migrate") == 0 && last != NULL &&
        g_str_has_suffix(last->up->path, ".up.sql")) {
        format->up = "{v}{s}{n}.up.sql";
        format->down = "{v}{s}{n}.down.sql";
        format->up_mark = format->down_mark = NULL;
    }
}

/* A folder that pgstair.yaml describes: its patterns are the templates. */
static gboolean
pattern_format(const PgsDraftRequest *request, Format *format, char **up, char **down)
{
    const PgsPatternSettings *patterns = &request->history->settings->patterns;
    if (strcmp(request->history->format, "patterns") != 0 || patterns->up == NULL)
        return FALSE;
    const char *const texts[] = {patterns->up, patterns->down};
    char **const filled[] = {up, down};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (texts[i] == NULL)
            continue;
        GString *text = g_string_new(texts[i]);
        g_string_replace(text, "{version}", "{v}", 0);
        g_string_replace(text, "{name}", "{n}", 0);
        *filled[i] = g_string_free(text, FALSE);
    }
    *format = (Format){.format = "patterns",
                       .up = *up,
                       .down = *down,
                       .prefix = "",
                       .numbering = PGS_NUMBERING_SEQUENCE};
    return TRUE;
}

static gboolean
find_format(const PgsDraftRequest *request, Format *format, char **up, char **down, GError **error)
{
    for (const Format *row = formats; row->format != NULL; row++) {
        if (strcmp(row->format, request->history->format) != 0)
            continue;
        *format = *row;
        suit_folder(request, format);
        return TRUE;
    }
    if (pattern_format(request, format, up, down))
        return TRUE;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
                  "make it with the project's own tool; --from-diff with --dry-run prints the SQL",
                  "pgstair does not know how a revision is written for the format \"%s\"",
                  request->history->format);
    return FALSE;
}

static GPtrArray *
make_files(const PgsDraftRequest *request, const Format *format, GError **error)
{
    g_auto(Words) words = {0};
    if (!make_words(request, format, &words, error))
        return NULL;
    g_autofree char *up = make_section(request, format, TRUE, error);
    g_autofree char *down = up != NULL ? make_section(request, format, FALSE, error) : NULL;
    if (down == NULL)
        return NULL;
    g_autofree char *up_mark = fill(format, &words, format->up_mark != NULL ? format->up_mark : "");
    g_autofree char *up_name = fill(format, &words, format->up);
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(pgs_draft_file_free);
    /* Patterns are relative to the folder that was given. */
    const char *folder =
        strcmp(format->format, "patterns") == 0 ? request->history->folder : words.name.folder;
    if (format->down_mark != NULL) {
        add_file(files, folder, up_name, g_strconcat(up_mark, up, format->down_mark, down, NULL));
        return g_steal_pointer(&files);
    }
    add_file(files, folder, up_name, g_strconcat(up_mark, up, NULL));
    if (format->down != NULL) {
        g_autofree char *down_name = fill(format, &words, format->down);
        add_file(files, folder, down_name, g_steal_pointer(&down));
    }
    return g_steal_pointer(&files);
}

GPtrArray *
pgs_draft_format_files(const PgsDraftRequest *request, GError **error)
{
    Format format;
    g_autofree char *up = NULL, *down = NULL;
    if (!find_format(request, &format, &up, &down, error))
        return NULL;
    return make_files(request, &format, error);
}
