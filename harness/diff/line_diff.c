#include "diff/line_diff.h"

#include <string.h>

/* Cells of the table of the longest common subsequence: 1,000 lines against 1,000, 4 MB. */
#define MAX_CELLS (1000 * 1000)

typedef struct {
    char **before, **after;
    guint n_before, n_after;
    GPtrArray *lines;
} Differ;

static void
line_free(gpointer data)
{
    PgsLine *line = data;
    g_free(line->text);
    g_free(line);
}

static void
put(Differ *differ, PgsLineKind kind, const char *text)
{
    PgsLine *line = g_new(PgsLine, 1);
    line->kind = kind;
    line->text = g_strdup(text);
    g_ptr_array_add(differ->lines, line);
}

static void
put_range(Differ *differ, PgsLineKind kind, char **lines, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        put(differ, kind, lines[i]);
}

/* table[i][j]: the length of the longest common subsequence of what follows i and j. */
static guint32 *
fill_table(const Differ *differ, guint before_from, guint before_to, guint after_from,
           guint after_to)
{
    guint rows = before_to - before_from, columns = after_to - after_from;
    guint32 *table = g_new0(guint32, ((gsize)rows + 1) * (columns + 1));
    for (guint i = rows; i-- > 0;) {
        guint32 *row = table + (gsize)i * (columns + 1);
        const guint32 *below = row + columns + 1;
        for (guint j = columns; j-- > 0;) {
            gboolean same =
                strcmp(differ->before[before_from + i], differ->after[after_from + j]) == 0;
            row[j] = same ? below[j + 1] + 1 : MAX(below[j], row[j + 1]);
        }
    }
    return table;
}

static void
put_changed(Differ *differ, guint before_from, guint before_to, guint after_from, guint after_to)
{
    guint rows = before_to - before_from, columns = after_to - after_from;
    if ((guint64)rows * columns > MAX_CELLS) {
        put_range(differ, PGS_LINE_REMOVED, differ->before, before_from, before_to);
        put_range(differ, PGS_LINE_ADDED, differ->after, after_from, after_to);
        return;
    }
    g_autofree guint32 *table = fill_table(differ, before_from, before_to, after_from, after_to);
    guint i = 0, j = 0;
    while (i < rows || j < columns) {
        const char *removed = i < rows ? differ->before[before_from + i] : NULL;
        const char *added = j < columns ? differ->after[after_from + j] : NULL;
        const guint32 *cell = table + (gsize)i * (columns + 1) + j;
        if (removed != NULL && added != NULL && strcmp(removed, added) == 0) {
            put(differ, PGS_LINE_SAME, removed);
            i++;
            j++;
        } else if (added == NULL || (removed != NULL && cell[columns + 1] >= cell[1])) {
            put(differ, PGS_LINE_REMOVED, removed);
            i++;
        } else {
            put(differ, PGS_LINE_ADDED, added);
            j++;
        }
    }
}

/* Leaves out same lines that are further than context from the next change. */
static GPtrArray *
keep_context(GPtrArray *lines, guint context)
{
    g_autofree gboolean *kept = g_new0(gboolean, MAX(lines->len, 1));
    for (guint i = 0; i < lines->len; i++) {
        if (((PgsLine *)lines->pdata[i])->kind == PGS_LINE_SAME)
            continue;
        guint to = MIN(lines->len, i + context + 1);
        for (guint j = i > context ? i - context : 0; j < to; j++)
            kept[j] = TRUE;
    }
    GPtrArray *result = g_ptr_array_new_with_free_func(line_free);
    for (guint i = 0; i < lines->len; i++) {
        PgsLine *line = lines->pdata[i];
        if (!kept[i]) {
            g_clear_pointer(&line->text, g_free);
            line->kind = PGS_LINE_SKIPPED;
        }
        if (kept[i] || i == 0 || kept[i - 1])
            g_ptr_array_add(result, g_steal_pointer(&lines->pdata[i]));
    }
    return result;
}

static void
free_if_any(gpointer data)
{
    if (data != NULL)
        line_free(data);
}

/* A newline at the end ends the last line, it does not begin one. */
static char **
split_lines(const char *text, guint *n)
{
    char **lines = g_strsplit(text, "\n", -1);
    *n = g_strv_length(lines);
    if (*n > 1 && *lines[*n - 1] == '\0')
        g_clear_pointer(&lines[--*n], g_free);
    return lines;
}

GPtrArray *
pgs_line_diff(const char *before, const char *after, guint context)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(free_if_any);
    Differ differ = {.lines = lines};
    g_auto(GStrv) before_lines = differ.before = split_lines(before, &differ.n_before);
    g_auto(GStrv) after_lines = differ.after = split_lines(after, &differ.n_after);

    guint common = MIN(differ.n_before, differ.n_after);
    guint head = 0;
    while (head < common && strcmp(before_lines[head], after_lines[head]) == 0)
        head++;
    guint tail = 0;
    while (tail < common - head && strcmp(before_lines[differ.n_before - tail - 1],
                                          after_lines[differ.n_after - tail - 1]) == 0)
        tail++;

    put_range(&differ, PGS_LINE_SAME, before_lines, 0, head);
    put_changed(&differ, head, differ.n_before - tail, head, differ.n_after - tail);
    put_range(&differ, PGS_LINE_SAME, before_lines, differ.n_before - tail, differ.n_before);
    return keep_context(lines, context);
}
