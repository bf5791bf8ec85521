#include "base/error.h"
#include "migration/formats.h"
#include "migration/lines.h"
#include "migration/pairs.h"

#include <string.h>

/*
 * github.com/amacneil/dbmate, v2.35: pkg/dbmate/migration.go and db.go; it speaks to PostgreSQL
 * through lib/pq.
 */
static const PgsTool tool = {
    .name = "dbmate",
    /* lib/pq, conn.go: Commit(), BeginTx(); simpleExec() breaks the connection, and the Rollback()
     * of doTransaction() says so. */
    .refuses_commit = "pq: unexpected transaction status idle",
    .refuses_open = "pq: unexpected transaction status idle in transaction",
    .refuses_copy = "driver: bad connection",
    .alone =
        "write \"transaction:false\" behind the section's mark, and nothing but this statement "
        "into the section: dbmate sends a section as one message, and several statements in "
        "one message are one transaction",
};

/* pkg/driver/postgres/postgres.go, CreateMigrationsTable() */
static const char prepare[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY)";

typedef struct {
    gsize up, down, end; /* of the marks, and behind the section */
    guint up_line, down_line;
} Section;

/* \s of Go's regexp: not the vertical tab. */
static gboolean
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* At the beginning of a line: --\s*migrate:up(\s*$|\s+\S+), which is: white space or the end
 * follows.  *options: where what follows begins. */
static gboolean
is_mark(const char *text, const char *end, const char *word, const char **options)
{
    gsize length = strlen(word);
    if (end - text < 2 || memcmp(text, "--", 2) != 0)
        return FALSE;
    text += 2;
    while (text < end && is_space(*text))
        text++;
    if ((gsize)(end - text) < length || memcmp(text, word, length) != 0)
        return FALSE;
    *options = text + length;
    return *options == end || is_space(**options);
}

/* The offset of the first such mark from start on; length: there is none. */
static gsize
find_mark(const char *text, gsize length, gsize start, const char *word)
{
    const char *options;
    for (gsize at = start; at < length;) {
        if (is_mark(text + at, text + length, word, &options))
            return at;
        const char *feed = memchr(text + at, '\n', length - at);
        if (feed == NULL)
            break;
        at = (gsize)(feed - text) + 1;
    }
    return length;
}

static const char up_word[] = "migrate:up";
static const char down_word[] = "migrate:down";

/* parseMigrationOptions(): "transaction:false" in the first line, the last such word counting. */
static gboolean
wants_transaction(const char *text, gsize start, gsize end)
{
    const char *feed = memchr(text + start, '\n', end - start);
    const char *line_end = feed != NULL ? feed : text + end;
    const char *options = text + start;
    gboolean transaction = TRUE;
    if (!is_mark(text + start, line_end, up_word, &options) &&
        !is_mark(text + start, line_end, down_word, &options))
        return TRUE;
    /* Go's \s is ASCII's white space, without \v. */
    g_autofree char *line = g_strndup(options, (gsize)(line_end - options));
    g_auto(GStrv) words = g_strsplit_set(line, " \t\n\f\r", -1);
    for (char **word = words; *word != NULL; word++) {
        g_auto(GStrv) pair = g_strsplit(*word, ":", -1);
        if (g_strv_length(pair) == 2 && strcmp(pair[0], "transaction") == 0)
            transaction = strcmp(pair[1], "false") != 0;
    }
    return transaction;
}

/* statementsPrecedeMigrateBlocks(): the line of the first that is neither blank nor a comment; 0:
 * there is none. */
static guint
find_statement_before(const char *text, gsize length)
{
    PgsLineReader reader = {.text = text, .length = length};
    PgsLine line;
    while (pgs_line_next(&reader, &line)) {
        gsize at = 0;
        while (at < line.length && is_space(line.text[at]))
            at++;
        if (at < line.length && (line.length - at < 2 || memcmp(line.text + at, "--", 2) != 0))
            return line.number;
    }
    return 0;
}

/* What is wrong with a file, as parseMigrationContents() finds it. */
typedef struct {
    guint line;
    const char *message; /* NULL: nothing */
    const char *hint;
} Fault;

static Fault
find_fault_before(const char *text, gsize length, gsize up)
{
    if (up == length && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return (Fault){1,
                       "dbmate requires each migration to define an up block with '-- migrate:up'",
                       "the file begins with a byte order mark, behind which dbmate does not see "
                       "the mark: save it without one"};
    if (up == length)
        return (Fault){1,
                       "dbmate requires each migration to define an up block with '-- migrate:up'",
                       "begin the file with a line -- migrate:up"};
    guint line = find_statement_before(text, up);
    if (line > 0)
        return (Fault){
            line, "dbmate does not support statements preceding the '-- migrate:up' block",
            "move it behind -- migrate:up; only comments that begin with -- may stand in "
            "front of it"};
    return (Fault){0};
}

/* The number of line feeds between two offsets. */
static guint
count_lines(const char *text, gsize from, gsize to)
{
    guint n = 0;
    for (gsize i = from; i < to; i++)
        n += text[i] == '\n';
    return n;
}

/* The section that begins at an offset of that line. */
static Section
read_section(const char *text, gsize length, gsize up, guint line, Fault *fault)
{
    Section section = {.up = up, .up_line = line};
    section.end = find_mark(text, length, up + 1, up_word);
    section.down = find_mark(text, section.end, up, down_word);
    section.down_line = line + count_lines(text, up, section.down);
    if (section.down == section.end) {
        *fault = (Fault){line,
                         "dbmate requires each migration to define a down block with '-- "
                         "migrate:down'",
                         "write a line -- migrate:down behind it, and below it what undoes it"};
        return section;
    }
    gsize second = find_mark(text, section.end, section.down + 1, down_word);
    if (second < section.end)
        *fault = (Fault){section.down_line + count_lines(text, section.down, second),
                         "dbmate requires every '-- migrate:down' to be preceded by a '-- "
                         "migrate:up'",
                         "a section has one -- migrate:down"};
    return section;
}

/* getMigrationSectionSubstrings(): sections (of Section), each from its up to the next one's; what
 * is wrong with them. */
static Fault
find_sections(const char *text, gsize length, GArray *sections)
{
    gsize up = find_mark(text, length, 0, up_word);
    Fault fault = find_fault_before(text, length, up);
    guint line = 1 + count_lines(text, 0, up);
    while (fault.message == NULL && up < length) {
        Section section = read_section(text, length, up, line, &fault);
        g_array_append_val(sections, section);
        line += count_lines(text, up, section.end);
        up = section.end;
    }
    return fault;
}

/*
 * InsertMigration() and DeleteMigration(), in the transaction of each section.  The table is that
 * of the schema that comes first in search_path by then (migrationsTableNameParts()).
 */
static char *
bookkeeping(PgsDirection direction, const char *version)
{
    return g_strdup_printf("DO $pgstair$ BEGIN EXECUTE format('%s', coalesce(current_schema(), "
                           "'public'), '%s'); END $pgstair$",
                           direction == PGS_DIRECTION_UP
                               ? "INSERT INTO %I.schema_migrations (version) VALUES (%L)"
                               : "DELETE FROM %I.schema_migrations WHERE version = %L",
                           version);
}

/* Migrate() and Rollback(): the ups of all sections, or the downs, in the order of the file. */
static PgsStep *
make_steps(PgsFolderFile *file, const char *text, const GArray *sections, PgsDirection direction,
           const char *version, GError **error)
{
    g_autoptr(PgsStep) steps = NULL;
    for (guint i = 0; i < sections->len; i++) {
        const Section *section = &g_array_index(sections, Section, i);
        gboolean up = direction == PGS_DIRECTION_UP;
        gsize start = up ? section->up : section->down;
        gsize end = up ? section->down : section->end;
        guint line = up ? section->up_line : section->down_line;
        gboolean transaction = wants_transaction(text, start, end);
        g_autofree char *why =
            transaction ? NULL : g_strdup_printf("line %u: transaction:false", line);
        PgsStep *step = pgs_step_new_part(file, start, end - start, line, NULL, PGS_SEND_WHOLE,
                                          transaction, why, &tool, error);
        if (step == NULL)
            return NULL;
        step->after = bookkeeping(direction, version);
        pgs_step_append(&steps, step);
    }
    return g_steal_pointer(&steps);
}

/* ---- files ---- */

/* db.go: ^(\d+).*\.sql$ */
static char *
parse_version(const char *file)
{
    gsize n = strspn(file, "0123456789");
    return n > 0 && g_str_has_suffix(file, ".sql") ? g_strndup(file, n) : NULL;
}

/* The first migration with dbmate's mark; NULL: there is none. */
static const char *
find_marked(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_autofree char *version = pgs_folder_is_top(file) ? parse_version(file->name) : NULL;
        GBytes *bytes = version != NULL ? pgs_folder_text(file, NULL) : NULL;
        if (bytes == NULL)
            continue;
        gsize length;
        const char *text = g_bytes_get_data(bytes, &length);
        if (find_mark(text, length, 0, up_word) < length)
            return file->name;
    }
    return NULL;
}

/* Names such as 1_x.sql are those of many tools, and dbmate refuses a file without its marks. */
gboolean
pgs_dbmate_fits(const PgsFolder *folder)
{
    return find_marked(folder) != NULL;
}

gboolean
pgs_dbmate_recognise(const PgsFolder *folder, char **reason)
{
    const char *marked = find_marked(folder);
    if (marked == NULL)
        return FALSE;
    *reason = g_strdup_printf("%s has the marks of dbmate (-- migrate:up)", marked);
    return TRUE;
}

/* Marks that dbmate does not see: "-- Migrate:Down", "--migrate:up;". */
static void
note_marks(PgsHistory *history, const PgsFolderFile *file, const char *text, gsize length)
{
    PgsLineReader reader = {.text = text, .length = length};
    PgsLine line;
    const char *options;
    while (pgs_line_next(&reader, &line)) {
        const char *end = line.text + line.length;
        gsize at = 0;
        while (at < line.length && (is_space(line.text[at]) || line.text[at] == '-'))
            at++;
        if (line.length < 2 || line.text[0] != '-' || line.text[1] != '-' ||
            line.length - at < strlen("migrate:") ||
            g_ascii_strncasecmp(line.text + at, "migrate:", strlen("migrate:")) != 0 ||
            is_mark(line.text, end, up_word, &options) ||
            is_mark(line.text, end, down_word, &options))
            continue;
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.mark", file->path,
                         "line %u: dbmate takes no notice of this mark: it knows -- migrate:up and "
                         "-- migrate:down",
                         line.number);
    }
}

static gboolean
add_file(PgsPairs *pairs, PgsFolderFile *file, const char *version, PgsHistory *history,
         GError **error)
{
    static const PgsDirection directions[] = {PGS_DIRECTION_UP, PGS_DIRECTION_DOWN};
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return FALSE;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autoptr(GArray) sections = g_array_new(FALSE, FALSE, sizeof(Section));
    g_autofree char *label = g_strndup(file->name, strlen(file->name) - strlen(".sql"));
    const char *name = label + strlen(version);
    name += *name == '_' || *name == '-';
    /* Migrate() parses a file only when its turn comes. */
    Fault fault = find_sections(text, length, sections);
    note_marks(history, file, text, length);
    for (gsize i = 0; i < G_N_ELEMENTS(directions); i++) {
        PgsStep *step = fault.message != NULL
                            ? pgs_step_new_refused(file->path, fault.line, &tool, fault.hint, "%s",
                                                   fault.message)
                            : make_steps(file, text, sections, directions[i], version, error);
        /* FindMigrations() sorts by file name. */
        if (step == NULL ||
            !pgs_pairs_add(pairs, file->name, directions[i], version, name, label, step, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
refuse_twin(const PgsFolderFile *file, const PgsFolderFile *other, const char *version,
            GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                  "give one of them a version of its own: dbmate records each once, and never runs "
                  "the second where the first has been",
                  "%s and %s have both the version %s", other->path, file->path, version);
    return FALSE;
}

gboolean
pgs_dbmate_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) versions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_autofree char *version = pgs_folder_is_top(file) ? parse_version(file->name) : NULL;
        if (version == NULL)
            continue;
        const PgsFolderFile *other = g_hash_table_lookup(versions, version);
        if (other != NULL)
            return refuse_twin(file, other, version, error);
        g_hash_table_insert(versions, g_strdup(version), file);
        g_hash_table_add(used, file->name);
        if (!add_file(pairs, file, version, history, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "<digits>_<name>.sql");
    history->prepare = prepare;
    return TRUE;
}
