#include "migration/liquibase_file.h"

#include "base/error.h"
#include "base/text.h"
#include "migration/liquibase_line.h"
#include "migration/placeholders.h"

#include <string.h>

/* github.com/liquibase/liquibase, 5: liquibase-standard/src/main/java/liquibase/parser/
 * AbstractFormattedChangeLogParser.java, parse() and configureChangeSet(), and core/formattedsql/
 * FormattedSqlChangeLogParser.java. */

static const char hint_documentation[] =
    "see https://docs.liquibase.com/concepts/changelogs/sql-format.html";

typedef struct {
    const char *path;
    char **lines;
    guint n_lines;
    guint at; /* the line that is looked at, from 0 */
    const PgsLiquibaseLines *marks;
    GHashTable *parameters;
    GPtrArray *changesets;
    PgsLiquibaseChangeset *changeset; /* the open one; belongs to changesets */
    GString *sql, *rollback;
    GPtrArray *conditions; /* char * */
    GError **error;
} Reader;

static void
changeset_free(gpointer data)
{
    PgsLiquibaseChangeset *changeset = data;
    g_free(changeset->author);
    g_free(changeset->id);
    g_free(changeset->context);
    g_free(changeset->labels);
    g_free(changeset->dbms);
    g_free(changeset->run_with);
    g_free(changeset->delimiter);
    g_free(changeset->sql);
    g_array_unref(changeset->sql_lines);
    g_free(changeset->condition);
    g_free(changeset->on_fail);
    g_free(changeset->rollback_sql);
    g_array_unref(changeset->rollback_lines);
    g_free(changeset->rollback_delimiter);
    g_free(changeset->rollback_id);
    g_free(changeset->rollback_author);
    g_free(changeset->rollback_path);
    g_free(changeset);
}

static gboolean G_GNUC_PRINTF(4, 5)
    refuse(Reader *reader, guint line, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    pgs_error_set(reader->error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint, "%s:%u: %s",
                  reader->path, line, what);
    return FALSE;
}

/* The expected form of what this line nearly is. */
static gboolean
refuse_form(Reader *reader, const char *form)
{
    return refuse(reader, reader->at + 1, hint_documentation,
                  "Liquibase takes this for a mistyped \"%s\", and refuses the file", form);
}

static char *
expand(const Reader *reader, const char *text)
{
    return text != NULL ? pgs_placeholders_liquibase(text, reader->parameters, FALSE) : NULL;
}

static char *
strip_quotes(char *text)
{
    gsize n = text != NULL ? strlen(text) : 0;
    if (n >= 2 && (text[0] == '"' || text[0] == '\'') && text[n - 1] == text[0]) {
        memmove(text, text + 1, n - 2);
        text[n - 2] = '\0';
    }
    return text;
}

/* The attribute's value with parameters expanded; NULL: the line has none. */
static char *
attribute(const Reader *reader, PgsLiquibaseMark mark, const char *line)
{
    g_autofree char *raw = strip_quotes(pgs_liquibase_line_value(reader->marks, mark, line));
    return expand(reader, raw);
}

static gboolean
flag(const Reader *reader, PgsLiquibaseMark mark, const char *line, gboolean otherwise)
{
    g_autofree char *value = pgs_liquibase_line_value(reader->marks, mark, line);
    return value != NULL ? g_ascii_strcasecmp(value, "true") == 0 : otherwise;
}

gboolean
pgs_liquibase_is_for_postgresql(const char *dbms)
{
    g_auto(GStrv) words = g_strsplit(dbms != NULL ? dbms : "", ",", -1);
    gboolean named = FALSE;
    gboolean others = FALSE;
    gboolean excluded = FALSE;
    for (char **word = words; *word != NULL; word++) {
        const char *name = g_strstrip(*word);
        if (g_str_equal(name, "all"))
            return TRUE;
        if (g_str_equal(name, "none"))
            return FALSE;
        excluded = excluded || g_str_equal(name, "!postgresql");
        named = named || g_str_equal(name, "postgresql");
        others = others || (*name != '\0' && *name != '!');
    }
    return !excluded && (named || !others);
}

/* handleProperty(): the first to give a name wins. */
static void
take_property(Reader *reader, const char *line)
{
    g_autofree char *name = attribute(reader, PGS_LIQUIBASE_PROPERTY_NAME, line);
    g_autofree char *value = attribute(reader, PGS_LIQUIBASE_PROPERTY_VALUE, line);
    g_autofree char *dbms = attribute(reader, PGS_LIQUIBASE_DBMS, line);
    if (name == NULL || value == NULL || !pgs_liquibase_is_for_postgresql(dbms) ||
        g_hash_table_contains(reader->parameters, name))
        return;
    g_hash_table_insert(reader->parameters, g_steal_pointer(&name), g_steal_pointer(&value));
}

static void
append_line(GString *text, GArray *lines, const char *line, guint number)
{
    g_string_append(text, line);
    g_string_append_c(text, '\n');
    g_array_append_val(lines, number);
}

/* trim(): at both ends, with the lines that go with it. */
static char *
trimmed(const char *text, GArray *lines)
{
    guint n = 0;
    while (*text != '\0' && (guchar)*text <= ' ')
        n += *text++ == '\n';
    g_array_remove_range(lines, 0, MIN(n, lines->len));
    gsize length = strlen(text);
    while (length > 0 && (guchar)text[length - 1] <= ' ')
        length--;
    return length > 0 ? g_strndup(text, length) : NULL;
}

/* handleRollbackSequence() */
static gboolean
take_rollback(Reader *reader, PgsLiquibaseChangeset *changeset)
{
    g_autofree char *text = trimmed(reader->rollback->str, changeset->rollback_lines);
    if (text == NULL)
        return TRUE;
    g_autofree char *folded = g_utf8_strdown(text, -1);
    gboolean one_line = strchr(folded, '\n') == NULL;
    if (one_line &&
        (g_str_has_prefix(folded, "not required") || g_str_has_prefix(folded, "empty"))) {
        changeset->rollback = PGS_LIQUIBASE_ROLLBACK_EMPTY;
        return TRUE;
    }
    if (strstr(folded, "changesetid") == NULL) {
        changeset->rollback = PGS_LIQUIBASE_ROLLBACK_SQL;
        changeset->rollback_sql = expand(reader, text);
        return TRUE;
    }
    g_auto(GStrv) parts = g_strsplit(text, "\n", -1);
    g_autofree char *line = g_strjoinv("", parts);
    const PgsLiquibaseLines *marks = reader->marks;
    changeset->rollback = PGS_LIQUIBASE_ROLLBACK_CHANGESET;
    changeset->rollback_id = pgs_liquibase_line_value(marks, PGS_LIQUIBASE_ROLLBACK_ID, line);
    changeset->rollback_author =
        pgs_liquibase_line_value(marks, PGS_LIQUIBASE_ROLLBACK_AUTHOR, line);
    changeset->rollback_path = pgs_liquibase_line_value(marks, PGS_LIQUIBASE_ROLLBACK_PATH, line);
    if (changeset->rollback_id != NULL && changeset->rollback_author != NULL)
        return TRUE;
    return refuse(reader, g_array_index(changeset->rollback_lines, guint, 0), hint_documentation,
                  "'%s' not set in this rollback",
                  changeset->rollback_id == NULL ? "changesetId" : "changesetAuthor");
}

/* All of the changeset's lines have been read. */
static gboolean
finish_changeset(Reader *reader, gboolean is_last)
{
    PgsLiquibaseChangeset *changeset = reader->changeset;
    if (changeset == NULL)
        return TRUE;
    reader->changeset = NULL;
    g_autofree char *raw = trimmed(reader->sql->str, changeset->sql_lines);
    g_autofree char *sql = expand(reader, raw);
    if (sql == NULL || *sql == '\0')
        return refuse(reader, changeset->line, "Liquibase refuses a changeset without SQL",
                      "there is no SQL in the changeset %s:%s", changeset->author, changeset->id);
    /* isNotEndDelimiter() */
    if (is_last && changeset->delimiter == NULL && g_str_has_suffix(sql, "\n/"))
        changeset->delimiter = g_strdup("\n/$");
    changeset->sql = g_steal_pointer(&sql);
    if (reader->conditions->len > 0) {
        g_ptr_array_add(reader->conditions, NULL);
        g_autofree char *all = g_strjoinv(" AND ", (char **)reader->conditions->pdata);
        changeset->condition = g_strconcat("SELECT ", all, NULL);
    }
    return take_rollback(reader, changeset);
}

static gboolean
begin_changeset(Reader *reader, const char *line, char *author, char *id)
{
    const PgsLiquibaseLines *marks = reader->marks;
    PgsLiquibaseChangeset *changeset = g_new0(PgsLiquibaseChangeset, 1);
    changeset->author = expand(reader, strip_quotes(author));
    changeset->id = expand(reader, strip_quotes(id));
    changeset->line = reader->at + 1;
    changeset->sql_lines = g_array_new(FALSE, FALSE, sizeof(guint));
    changeset->rollback_lines = g_array_new(FALSE, FALSE, sizeof(guint));
    changeset->run_in_transaction = flag(reader, PGS_LIQUIBASE_RUN_IN_TRANSACTION, line, TRUE);
    changeset->split = flag(reader, PGS_LIQUIBASE_SPLIT_STATEMENTS, line, TRUE);
    changeset->strip = flag(reader, PGS_LIQUIBASE_STRIP_COMMENTS, line, TRUE);
    changeset->run_on_change = flag(reader, PGS_LIQUIBASE_RUN_ON_CHANGE, line, FALSE);
    changeset->run_always = flag(reader, PGS_LIQUIBASE_RUN_ALWAYS, line, FALSE);
    changeset->goes_on = !flag(reader, PGS_LIQUIBASE_FAIL_ON_ERROR, line, TRUE);
    changeset->rollback_split = flag(reader, PGS_LIQUIBASE_ROLLBACK_SPLIT_STATEMENTS, line, TRUE);
    g_autofree char *ignored = attribute(reader, PGS_LIQUIBASE_IGNORE, line);
    changeset->is_ignored = ignored != NULL && g_ascii_strcasecmp(ignored, "true") == 0;
    changeset->context = attribute(reader, PGS_LIQUIBASE_CONTEXT_FILTER, line);
    if (changeset->context == NULL || *changeset->context == '\0') {
        g_free(changeset->context);
        changeset->context = attribute(reader, PGS_LIQUIBASE_CONTEXT, line);
    }
    changeset->labels = attribute(reader, PGS_LIQUIBASE_LABELS, line);
    changeset->dbms = attribute(reader, PGS_LIQUIBASE_DBMS, line);
    changeset->run_with = attribute(reader, PGS_LIQUIBASE_RUN_WITH, line);
    changeset->delimiter = pgs_liquibase_line_value(marks, PGS_LIQUIBASE_END_DELIMITER, line);
    changeset->rollback_delimiter =
        pgs_liquibase_line_value(marks, PGS_LIQUIBASE_ROLLBACK_END_DELIMITER, line);
    g_ptr_array_add(reader->changesets, changeset);
    reader->changeset = changeset;
    g_string_truncate(reader->sql, 0);
    g_string_truncate(reader->rollback, 0);
    g_ptr_array_set_size(reader->conditions, 0);
    return changeset->id[strspn(changeset->id, ": ")] != '\0' ||
           refuse(reader, changeset->line, hint_documentation, "the changeset has no id");
}

/* CHANGE_SET_PATTERN; its author and id must adjoin. */
static gboolean
take_changeset(Reader *reader, const char *line, char *author, char *id)
{
    g_autofree char *joined = g_strconcat(author, ":", id, NULL);
    if (!finish_changeset(reader, FALSE))
        return FALSE;
    if (strstr(line, joined) == NULL)
        return refuse_form(reader, "--changeset <author>:<id>");
    return begin_changeset(reader, line, author, id);
}

/* A precondition's query and its value, as one condition.  format() has the output function's text,
 * which is what JDBC has too. */
static void
add_condition(Reader *reader, const char *expected, const char *query)
{
    g_autofree char *literal = pgs_text_literal(expected);
    g_autofree char *bare = g_strchomp(g_strdup(query));
    if (g_str_has_suffix(bare, ";"))
        bare[strlen(bare) - 1] = '\0';
    g_ptr_array_add(reader->conditions,
                    g_strdup_printf("pg_catalog.format('%%s', (%s\n)) = %s", bare, literal));
}

static void
add_relation(Reader *reader, const char *kinds, const char *schema, const char *name)
{
    g_autofree char *query = g_strdup_printf(
        "SELECT count(*) > 0 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
        "c.relnamespace WHERE c.relkind IN (%s) AND lower(c.relname) = lower('%s') AND "
        "lower(n.nspname) = "
        "%s%s%s",
        kinds, name, schema != NULL ? "lower('" : "lower(current_schema()",
        schema != NULL ? schema : "", schema != NULL ? "')" : ")");
    add_condition(reader, "t", query);
}

/* parseSqlCheckCondition(), parseTableExistsCondition(), parseViewExistsCondition() */
static gboolean
take_precondition(Reader *reader, const char *kind, const char *text)
{
    g_autofree char *body = expand(reader, text);
    g_autofree char *expected = NULL;
    g_autofree char *query = NULL;
    g_strstrip(body);
    if (g_str_equal(kind, "sql-check")) {
        if (!pgs_liquibase_line_check(reader->marks, body, &expected, &query))
            return refuse(reader, reader->at + 1, "write expectedResult:0 SELECT count(*) FROM …",
                          "Liquibase does not understand this sql-check");
        add_condition(reader, expected, query);
        return TRUE;
    }
    gboolean table = g_str_equal(kind, "table-exists");
    if (!table && !g_str_equal(kind, "view-exists"))
        return refuse(reader, reader->at + 1, "known: sql-check, table-exists, view-exists",
                      "Liquibase has no precondition \"%s\" in formatted SQL", kind);
    g_autofree char *name = pgs_liquibase_line_value(
        reader->marks, table ? PGS_LIQUIBASE_TABLE_NAME : PGS_LIQUIBASE_VIEW_NAME, body);
    g_autofree char *schema =
        pgs_liquibase_line_value(reader->marks, PGS_LIQUIBASE_SCHEMA_NAME, body);
    if (name == NULL)
        return refuse(reader, reader->at + 1, "write table:<name>, or view:<name>",
                      "the precondition names none");
    add_relation(reader, table ? "'r', 'p', 'f'" : "'v', 'm'", schema, name);
    return TRUE;
}

/* extractMultiLineRollBack(): up to a line that ends the comment; the lines are joined with nothing
 * between them. */
static gboolean
take_rollback_block(Reader *reader)
{
    guint start = reader->at + 1;
    GArray *lines = reader->changeset->rollback_lines;
    if (lines->len == 0) {
        guint number = start + 1;
        g_array_append_val(lines, number);
    }
    while (++reader->at < reader->n_lines) {
        char *line = reader->lines[reader->at];
        g_autofree char *last = pgs_liquibase_line_block_end(line);
        g_string_append(reader->rollback, last != NULL ? last : line);
        if (last != NULL)
            return TRUE;
    }
    return refuse(reader, start, "end it with */", "the rollback's comment is not closed");
}

/* A line of a changeset that is a mark, or SQL. */
static gboolean
take_line(Reader *reader, const char *line)
{
    static const struct {
        PgsLiquibaseMark mark;
        const char *form;
    } mistyped[] = {
        {PGS_LIQUIBASE_ALT_COMMENT, "--comment <comment>"},
        {PGS_LIQUIBASE_ALT_ROLLBACK, "--rollback <SQL>"},
        {PGS_LIQUIBASE_ALT_PRECONDITIONS, "--preconditions <onFail>|<onError>|<onUpdate>"},
        {PGS_LIQUIBASE_ALT_PRECONDITION, "--precondition-sql-check"},
        {PGS_LIQUIBASE_ALT_VALID_CHECK_SUM, "--validCheckSum <checksum>"},
    };
    const PgsLiquibaseLines *marks = reader->marks;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    if (!pgs_liquibase_line_may_be_mark(line)) {
        append_line(reader->sql, reader->changeset->sql_lines, line, reader->at + 1);
        return TRUE;
    }
    if (pgs_liquibase_line_match(marks, PGS_LIQUIBASE_PRO, line, NULL, NULL))
        return refuse(reader, reader->at + 1, "it needs a licence key",
                      "Liquibase's open edition refuses this command");
    if (pgs_liquibase_line_match(marks, PGS_LIQUIBASE_COMMENT, line, NULL, NULL) ||
        pgs_liquibase_line_match(marks, PGS_LIQUIBASE_VALID_CHECK_SUM, line, NULL, NULL))
        return TRUE;
    if (pgs_liquibase_line_match(marks, PGS_LIQUIBASE_ROLLBACK, line, &first, NULL)) {
        append_line(reader->rollback, reader->changeset->rollback_lines, first, reader->at + 1);
        return TRUE;
    }
    if (pgs_liquibase_line_match(marks, PGS_LIQUIBASE_ROLLBACK_START, line, NULL, NULL))
        return take_rollback_block(reader);
    if (pgs_liquibase_line_match(marks, PGS_LIQUIBASE_PRECONDITIONS, line, &first, NULL)) {
        g_free(reader->changeset->on_fail);
        reader->changeset->on_fail = pgs_liquibase_line_value(marks, PGS_LIQUIBASE_ON_FAIL, first);
        return TRUE;
    }
    if (pgs_liquibase_line_match(marks, PGS_LIQUIBASE_PRECONDITION, line, &first, &second))
        return take_precondition(reader, first, second);
    for (gsize i = 0; i < G_N_ELEMENTS(mistyped); i++) {
        if (pgs_liquibase_line_match(marks, mistyped[i].mark, line, NULL, NULL))
            return refuse_form(reader, mistyped[i].form);
    }
    if (pgs_liquibase_line_match(marks, PGS_LIQUIBASE_EMPTY_PRECONDITION, line, NULL, NULL))
        return refuse_form(reader, "--precondition-sql-check expectedResult:<value> <SQL>");
    append_line(reader->sql, reader->changeset->sql_lines, line, reader->at + 1);
    return TRUE;
}

/* --ignoreLines:3, --ignoreLines:start … --ignoreLines:end */
static gboolean
skip_lines(Reader *reader, const char *said)
{
    if (g_str_equal(said, "start")) {
        while (++reader->at < reader->n_lines) {
            g_autofree char *word = NULL;
            if (pgs_liquibase_line_match(reader->marks, PGS_LIQUIBASE_IGNORE_LINES,
                                         reader->lines[reader->at], &word, NULL) &&
                g_str_equal(word, "end"))
                return TRUE;
        }
        return TRUE;
    }
    guint64 n;
    if (!g_ascii_string_to_unsigned(said, 10, 0, G_MAXUINT32, &n, NULL))
        return refuse(reader, reader->at + 1, hint_documentation,
                      "Liquibase does not understand ignoreLines:%s", said);
    reader->at += (guint)MIN(n, (guint64)(reader->n_lines - reader->at));
    return TRUE;
}

/* A line anywhere.  Outside of a changeset all but marks is passed over. */
static gboolean
read_line(Reader *reader)
{
    const PgsLiquibaseLines *marks = reader->marks;
    const char *line = reader->lines[reader->at];
    gboolean may_be_mark = pgs_liquibase_line_may_be_mark(line);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    if (may_be_mark && pgs_liquibase_line_match(marks, PGS_LIQUIBASE_PROPERTY, line, NULL, NULL)) {
        take_property(reader, line);
        return TRUE;
    }
    if (may_be_mark &&
        pgs_liquibase_line_match(marks, PGS_LIQUIBASE_ALT_PROPERTY, line, NULL, NULL))
        return refuse_form(reader, "--property name:<name> value:<value>");
    if (may_be_mark &&
        pgs_liquibase_line_match(marks, PGS_LIQUIBASE_IGNORE_LINES, line, &first, NULL))
        return skip_lines(reader, first);
    if (may_be_mark &&
        pgs_liquibase_line_match(marks, PGS_LIQUIBASE_ALT_IGNORE_LINES, line, NULL, NULL))
        return refuse_form(reader, "--ignoreLines:<count|start>");
    if (may_be_mark &&
        pgs_liquibase_line_match(marks, PGS_LIQUIBASE_CHANGESET, line, &first, &second))
        return take_changeset(reader, line, first, second);
    if (may_be_mark &&
        pgs_liquibase_line_match(marks, PGS_LIQUIBASE_ALT_CHANGESET, line, NULL, NULL))
        return refuse_form(reader, "--changeset <author>:<id>");
    if (reader->changeset != NULL)
        return take_line(reader, line);
    if (may_be_mark && pgs_liquibase_line_match(marks, PGS_LIQUIBASE_COMMENT, line, NULL, NULL))
        return refuse(reader, reader->at + 1, "move it into a changeset",
                      "Liquibase allows no --comment outside of changesets");
    return TRUE;
}

/* BufferedReader.readLine(): \n, \r\n or \r. */
static char **
split_lines(const char *text, gsize length)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    for (gsize at = 0; at < length;) {
        gsize n = strcspn(text + at, "\r\n");
        g_ptr_array_add(lines, g_strndup(text + at, n));
        at += n;
        at += g_str_has_prefix(text + at, "\r\n") ? 2 : at < length;
    }
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}

static const char *
behind_mark(const char *text, gsize *length)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    gsize n = *length >= 3 && memcmp(text, byte_order_mark, 3) == 0 ? 3 : 0;
    *length -= n;
    return text + n;
}

gboolean
pgs_liquibase_is_formatted(const char *text, gsize length)
{
    const char *at = behind_mark(text, &length);
    const char *end = at + length;
    while (at < end && g_ascii_isspace(*at))
        at++;
    g_autofree char *head = g_strndup(at, (gsize)MIN(end - at, 200));
    head[strcspn(head, "\r\n")] = '\0';
    return g_utf8_validate(head, -1, NULL) &&
           g_regex_match_simple("^--\\s*liquibase\\s*formatted", head, G_REGEX_CASELESS, 0);
}

GPtrArray *
pgs_liquibase_file_read(const char *path, const char *text, gsize length, GHashTable *parameters,
                        GError **error)
{
    text = behind_mark(text, &length);
    g_auto(GStrv) lines = split_lines(text, length);
    g_autoptr(PgsLiquibaseLines) marks = pgs_liquibase_lines_new();
    g_autoptr(GPtrArray) changesets = g_ptr_array_new_with_free_func(changeset_free);
    g_autoptr(GPtrArray) conditions = g_ptr_array_new_with_free_func(g_free);
    Reader reader = {
        .path = path,
        .lines = lines,
        .n_lines = g_strv_length(lines),
        .marks = marks,
        .parameters = parameters,
        .changesets = changesets,
        .sql = g_string_new(NULL),
        .rollback = g_string_new(NULL),
        .conditions = conditions,
        .error = error,
    };
    gboolean ok = TRUE;
    for (; ok && reader.at < reader.n_lines; reader.at++)
        ok = read_line(&reader);
    ok = ok && finish_changeset(&reader, TRUE);
    g_string_free(reader.sql, TRUE);
    g_string_free(reader.rollback, TRUE);
    return ok ? g_steal_pointer(&changesets) : NULL;
}
