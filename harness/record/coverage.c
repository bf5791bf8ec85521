#include "record/coverage.h"

#include "base/error.h"
#include "base/text.h"
#include "record/path_pattern.h"
#include "record/record_xml.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <string.h>
#include <unistd.h>

#define READ_HINT                                                                                  \
    "give a Cobertura XML file, as \"gcovr --cobertura\" or \"coverage xml\" writes it"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlParserCtxt, xmlFreeParserCtxt)

struct PgsCoverage {
    GHashTable *files; /* path as it is given, behind its source: File */
};

/* A source file. */
typedef struct {
    char *name;        /* as the coverage file has it */
    char *path;        /* behind its source, when there is just one */
    GHashTable *lines; /* number: whether it is hit, both GUINT_TO_POINTER */
} File;

static void
file_free(gpointer data)
{
    File *file = data;
    g_free(file->name);
    g_free(file->path);
    g_hash_table_unref(file->lines);
    g_free(file);
}

PgsCoverage *
pgs_coverage_new(void)
{
    PgsCoverage *coverage = g_new0(PgsCoverage, 1);
    coverage->files = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, file_free);
    return coverage;
}

void
pgs_coverage_free(PgsCoverage *coverage)
{
    if (coverage == NULL)
        return;
    g_hash_table_unref(coverage->files);
    g_free(coverage);
}

static File *
find_file(PgsCoverage *coverage, const char *name, const GPtrArray *sources)
{
    /* Of several sources nobody says which one a file lies in. */
    g_autofree char *path = g_path_is_absolute(name) || sources->len != 1
                                ? g_strdup(name)
                                : g_build_filename(sources->pdata[0], name, NULL);
    File *file = g_hash_table_lookup(coverage->files, path);
    if (file != NULL)
        return file;
    file = g_new0(File, 1);
    file->name = g_strdup(name);
    file->path = g_steal_pointer(&path);
    file->lines = g_hash_table_new(NULL, NULL);
    g_hash_table_insert(coverage->files, file->path, file);
    return file;
}

static void
note_line(GHashTable *lines, guint number, gboolean hit)
{
    gpointer key = GUINT_TO_POINTER(number);
    gboolean was_hit = GPOINTER_TO_UINT(g_hash_table_lookup(lines, key)) != 0;
    g_hash_table_insert(lines, key, GUINT_TO_POINTER(hit || was_hit));
}

/* ---- reading ---- */

/* Files grow to hundreds of megabytes: read as a stream of elements, never as a tree. */
typedef struct {
    PgsCoverage *coverage;
    gboolean is_cobertura; /* the root is what it should be */
    gboolean has_root;
    GPtrArray *sources;
    GString *text; /* of the <source> that is open; NULL: none */
    File *file;    /* of the <class> that is open */
    char *what;    /* the first error, in one line; NULL: none */
    int line;
} Reader;

static void
reader_clear(Reader *reader)
{
    g_ptr_array_unref(reader->sources);
    if (reader->text != NULL)
        g_string_free(reader->text, TRUE);
    g_free(reader->what);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

static void
stop(xmlParserCtxt *parser, const char *why)
{
    Reader *reader = parser->_private;
    if (reader->what == NULL) {
        reader->what = g_strdup(why);
        reader->line = xmlSAX2GetLineNumber(parser);
    }
    xmlStopParser(parser);
}

/* The value of an attribute; entities cannot be in it, since none are declared.  NULL: not there.
 * Free with g_free(). */
static char *
find_value(const xmlChar **attributes, int n, const char *name)
{
    /* Five pointers each: name, prefix, URI, value, its end (libxml2, startElementNsSAX2Func). */
    for (int i = 0; i < n; i++, attributes += 5) {
        if (strcmp((const char *)attributes[0], name) == 0)
            return g_strndup((const char *)attributes[3], (gsize)(attributes[4] - attributes[3]));
    }
    return NULL;
}

static void
start_line(xmlParserCtxt *parser, const xmlChar **attributes, int n)
{
    Reader *reader = parser->_private;
    g_autofree char *number = find_value(attributes, n, "number");
    g_autofree char *hits = find_value(attributes, n, "hits");
    guint64 line = 0;
    if (number == NULL || hits == NULL ||
        !g_ascii_string_to_unsigned(number, 10, 1, G_MAXUINT, &line, NULL)) {
        stop(parser, "a <line> needs a number and its hits");
        return;
    }
    if (reader->file != NULL)
        note_line(reader->file->lines, (guint)line, g_ascii_strtoll(hits, NULL, 10) > 0);
}

static void
start_class(xmlParserCtxt *parser, const xmlChar **attributes, int n)
{
    Reader *reader = parser->_private;
    g_autofree char *name = find_value(attributes, n, "filename");
    if (name == NULL || *name == '\0')
        stop(parser, "a <class> needs a filename");
    else
        reader->file = find_file(reader->coverage, name, reader->sources);
}

static void
start_element(void *data, const xmlChar *local_name, G_GNUC_UNUSED const xmlChar *prefix,
              G_GNUC_UNUSED const xmlChar *uri, G_GNUC_UNUSED int n_namespaces,
              G_GNUC_UNUSED const xmlChar **namespaces, int n_attributes,
              G_GNUC_UNUSED int n_defaulted, const xmlChar **attributes)
{
    xmlParserCtxt *parser = data;
    Reader *reader = parser->_private;
    const char *name = (const char *)local_name;
    if (!reader->has_root) {
        reader->has_root = TRUE;
        if (strcmp(name, "coverage") != 0)
            stop(parser, "its root element is not <coverage>");
    } else if (strcmp(name, "source") == 0) {
        if (reader->text != NULL)
            g_string_free(reader->text, TRUE);
        reader->text = g_string_new(NULL);
    } else if (strcmp(name, "class") == 0) {
        start_class(parser, attributes, n_attributes);
    } else if (strcmp(name, "line") == 0) {
        start_line(parser, attributes, n_attributes);
    }
}

static void
end_element(void *data, const xmlChar *local_name, G_GNUC_UNUSED const xmlChar *prefix,
            G_GNUC_UNUSED const xmlChar *uri)
{
    Reader *reader = ((xmlParserCtxt *)data)->_private;
    const char *name = (const char *)local_name;
    if (strcmp(name, "class") == 0)
        reader->file = NULL;
    if (strcmp(name, "source") != 0 || reader->text == NULL)
        return;
    char *source = g_strstrip(g_string_free(g_steal_pointer(&reader->text), FALSE));
    if (*source != '\0')
        g_ptr_array_add(reader->sources, source);
    else
        g_free(source);
}

static void
take_characters(void *data, const xmlChar *characters, int length)
{
    Reader *reader = ((xmlParserCtxt *)data)->_private;
    if (reader->text != NULL)
        g_string_append_len(reader->text, (const char *)characters, length);
}

/* Entities can make a small file enormous, and no tool needs them. */
static void
refuse_entity(void *data, G_GNUC_UNUSED const xmlChar *name, G_GNUC_UNUSED int type,
              G_GNUC_UNUSED const xmlChar *public_id, G_GNUC_UNUSED const xmlChar *system_id,
              G_GNUC_UNUSED xmlChar *content)
{
    stop(data, "it declares entities, which no coverage file does");
}

static void
keep_error(void *data, PgsXmlError *xml_error)
{
    Reader *reader = ((xmlParserCtxt *)data)->_private;
    if (reader->what != NULL || xml_error->level < XML_ERR_ERROR)
        return;
    g_autofree char *folded =
        pgs_text_fold_space(xml_error->message != NULL ? xml_error->message : "it is no XML");
    reader->what = pgs_text_visible(folded, -1);
    reader->line = xml_error->line;
}

static xmlParserCtxt *
new_parser(Reader *reader)
{
    xmlParserCtxt *parser = xmlNewParserCtxt();
    memset(parser->sax, 0, sizeof *parser->sax);
    parser->sax->initialized = XML_SAX2_MAGIC;
    parser->sax->startElementNs = start_element;
    parser->sax->endElementNs = end_element;
    parser->sax->characters = take_characters;
    parser->sax->cdataBlock = take_characters;
    parser->sax->entityDecl = refuse_entity;
    parser->sax->serror = keep_error;
    parser->_private = reader;
    return parser;
}

static gboolean
read_stream(PgsCoverage *coverage, int file, const char *path, GError **error)
{
    g_auto(Reader)
        reader = {.coverage = coverage, .sources = g_ptr_array_new_with_free_func(g_free)};
    g_autoptr(xmlParserCtxt) parser = new_parser(&reader);
    /* NOENT: "&amp;" in a value comes as "&"; there are no other entities. */
    xmlDoc *document = xmlCtxtReadFd(parser, file, path, NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_BIG_LINES);
    xmlFreeDoc(document);
    if (reader.what == NULL && parser->wellFormed)
        return TRUE;
    pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ, READ_HINT, "%s:%d: %s", path,
                  MAX(reader.line, 1), reader.what != NULL ? reader.what : "it is no XML");
    return FALSE;
}

gboolean
pgs_coverage_read(PgsCoverage *coverage, const char *path, GError **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    /* libxml2 would complain of a folder on standard error. */
    if (file < 0 || g_file_test(path, G_FILE_TEST_IS_DIR)) {
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ, READ_HINT,
                      "%s: cannot be read: %s", path, g_strerror(file < 0 ? errno : EISDIR));
        if (file >= 0)
            close(file);
        return FALSE;
    }
    gboolean ok = read_stream(coverage, file, path, error);
    close(file);
    return ok;
}

/* ---- judging ---- */

/* Reached lines of the files that a requirement means. */
typedef struct {
    char *name; /* behind the project's root */
    guint lines, reached;
} Reached;

static void
reached_free(gpointer data)
{
    Reached *reached = data;
    g_free(reached->name);
    g_free(reached);
}

/* The file's name in the project's terms when a pattern means it; NULL: none does. */
static const char *
match_file(const File *file, const GPtrArray *patterns)
{
    for (guint i = 0; i < patterns->len; i++) {
        const char *pattern = patterns->pdata[i];
        if (pgs_path_matches(pattern, file->name))
            return file->name;
        const char *end = pgs_path_match_end(pattern, file->path);
        if (end != NULL)
            return end;
    }
    return NULL;
}

static void
add_lines(GHashTable *lines, GHashTable *more)
{
    GHashTableIter iterator;
    gpointer number, hit;
    g_hash_table_iter_init(&iterator, more);
    while (g_hash_table_iter_next(&iterator, &number, &hit))
        note_line(lines, GPOINTER_TO_UINT(number), GPOINTER_TO_UINT(hit) != 0);
}

/* Lines by the name of their file: checkouts of one project in several folders are one. */
static GHashTable *
collect_lines(const PgsCoverage *coverage, const GPtrArray *patterns)
{
    GHashTable *files =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    GHashTableIter iterator;
    gpointer data;
    g_hash_table_iter_init(&iterator, coverage->files);
    while (g_hash_table_iter_next(&iterator, NULL, &data)) {
        const File *file = data;
        const char *name = match_file(file, patterns);
        if (name == NULL)
            continue;
        GHashTable *lines = g_hash_table_lookup(files, name);
        if (lines == NULL) {
            lines = g_hash_table_new(NULL, NULL);
            g_hash_table_insert(files, g_strdup(name), lines);
        }
        add_lines(lines, file->lines);
    }
    return files;
}

static Reached *
count_reached(const char *name, GHashTable *lines)
{
    Reached *reached = g_new0(Reached, 1);
    reached->name = g_strdup(name);
    GHashTableIter iterator;
    gpointer hit;
    g_hash_table_iter_init(&iterator, lines);
    while (g_hash_table_iter_next(&iterator, NULL, &hit)) {
        reached->lines++;
        reached->reached += GPOINTER_TO_UINT(hit);
    }
    return reached;
}

/* What leaves the most lines out comes first. */
static int
compare_reached(gconstpointer a, gconstpointer b)
{
    const Reached *first = *(Reached *const *)a, *second = *(Reached *const *)b;
    guint left_first = first->lines - first->reached;
    guint left_second = second->lines - second->reached;
    if (left_first != left_second)
        return left_first > left_second ? -1 : 1;
    return strcmp(first->name, second->name);
}

static GPtrArray *
reach_files(const PgsCoverage *coverage, const GPtrArray *patterns)
{
    g_autoptr(GHashTable) files = collect_lines(coverage, patterns);
    GPtrArray *all = g_ptr_array_new_with_free_func(reached_free);
    GHashTableIter iterator;
    gpointer name, lines;
    g_hash_table_iter_init(&iterator, files);
    while (g_hash_table_iter_next(&iterator, &name, &lines))
        g_ptr_array_add(all, count_reached(name, lines));
    g_ptr_array_sort(all, compare_reached);
    return all;
}

/* "91.3 %": rounded down, so that what is too little never looks like enough. */
static char *
describe_rate(guint64 reached, guint64 lines)
{
    guint64 tenths = lines > 0 ? reached * 1000 / lines : 0;
    return g_strdup_printf("%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT " %%", tenths / 10,
                           tenths % 10);
}

static char *
describe_files(const GPtrArray *files)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < files->len; i++) {
        const Reached *file = files->pdata[i];
        g_autofree char *rate = describe_rate(file->reached, file->lines);
        g_string_append_printf(text, "%s: %s, %u of %u lines not reached\n", file->name, rate,
                               file->lines - file->reached, file->lines);
    }
    return g_string_free(text, FALSE);
}

static void
judge_files(PgsFinding *finding, const GPtrArray *files, guint percent)
{
    guint64 lines = 0, reached = 0;
    for (guint i = 0; i < files->len; i++) {
        lines += ((Reached *)files->pdata[i])->lines;
        reached += ((Reached *)files->pdata[i])->reached;
    }
    finding->expected = g_strdup_printf("at least %u %%", percent);
    if (lines == 0) {
        finding->message = g_strdup(files->len > 0 ? "the coverage files know no line of its files"
                                                   : "the coverage files have none of its files");
        finding->hint = g_strdup("patterns are relative to the project's root; measure the tests "
                                 "that run these files, or change coverage: files: in the "
                                 "requirements file");
        return;
    }
    g_autofree char *rate = describe_rate(reached, lines);
    g_autofree char *count = pgs_text_count(files->len, "file", NULL);
    finding->actual =
        g_strdup_printf("%s (%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " lines in %s)", rate,
                        reached, lines, count);
    if (reached * 100 >= lines * percent) {
        finding->status = PGS_STATUS_PASSED;
        return;
    }
    finding->message = g_strdup_printf("tests reach only %s", finding->actual);
    finding->detail = describe_files(files);
    finding->hint = g_strdup("the files with the most lines that no test reaches come first");
}

static void
judge_requirement(const PgsCoverage *coverage, PgsRecord *record, const char *system,
                  const PgsRecordRequirement *requirement)
{
    g_autoptr(GString) title = g_string_new(NULL);
    g_string_append_printf(title, "%s: tests reach %u %% of the lines of", requirement->id,
                           requirement->coverage_lines);
    for (guint i = 0; i < requirement->coverage_files->len; i++)
        g_string_append_printf(title, " %s", (char *)requirement->coverage_files->pdata[i]);
    PgsFinding *finding = pgs_record_add(
        record, pgs_finding_new("coverage.lines", PGS_STATUS_FAILED, system, NULL, title->str));
    pgs_finding_add_requirement(finding, requirement->id);
    g_autoptr(GPtrArray) files = reach_files(coverage, requirement->coverage_files);
    judge_files(finding, files, requirement->coverage_lines);
}

void
pgs_coverage_judge(const PgsCoverage *coverage, PgsRecord *record)
{
    for (guint s = 0; s < record->systems->len; s++) {
        const PgsRecordSystem *system = record->systems->pdata[s];
        for (guint r = 0; r < system->requirements->len; r++) {
            const PgsRecordRequirement *requirement = system->requirements->pdata[r];
            if (requirement->coverage_lines > 0)
                judge_requirement(coverage, record, system->name, requirement);
        }
    }
}

gboolean
pgs_coverage_add(PgsRecord *record, const char *path, GError **error)
{
    g_autoptr(PgsCoverage) coverage = pgs_coverage_new();
    if (!pgs_coverage_read(coverage, path, error))
        return FALSE;
    pgs_coverage_judge(coverage, record);
    return TRUE;
}
