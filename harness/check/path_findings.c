#include "check/path_findings.h"

#include "base/text.h"
#include "check/part_finding.h"

static const PgsPartWords way_up = {
    "by this way the merge makes another schema",
    "the catalog that the list's order makes there",
    "is not there by the list's order",
    "revisions of different branches change the same things: put them in one line, or let one "
    "depend "
    "on the other",
};
static const PgsPartWords way_down = {
    "the way back down does not restore what was there",
    "the catalog as it was at the parent",
    "is left behind",
    "complete the downgrades of the other branch: here they run on a database that has never been "
    "below them",
};
static const PgsPartWords way_again = {
    "the second way up does not make what the first made",
    "the catalog that the first way up made",
    "was not there at first",
    "see what the way down left behind",
};

/* The first of a way's parts that is not as it should be, or that was not tried. */
static const PgsPart *
part_that_counts(const PgsPath *path, const PgsPartWords **words)
{
    const struct {
        const PgsPart *part;
        const PgsPartWords *words;
    } parts[] = {{&path->up, &way_up}, {&path->down, &way_down}, {&path->again, &way_again}};
    *words = &way_up;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        const PgsPart *part = parts[i].part;
        if (part->state == PGS_PART_FAILED || part->diff != NULL ||
            (i == 0 && part->state == PGS_PART_SKIPPED)) {
            *words = parts[i].words;
            return part;
        }
    }
    return &path->up;
}

static char *
make_title(const PgsSink *sink, const PgsPath *path)
{
    const char *merge = pgs_part_label(sink->history, path->merge);
    return path->parent < 0 ? g_strdup_printf("%s with just what it needs", merge)
                            : g_strdup_printf("%s by way of %s", merge,
                                              pgs_part_label(sink->history, path->parent));
}

/* Which leg of the way, where that is not the first one. */
static void
name_leg(const PgsSink *sink, PgsFinding *finding, const PgsPath *path, const PgsPart *part)
{
    if (part->state != PGS_PART_FAILED || part == &path->up)
        return;
    g_autofree char *message = g_steal_pointer(&finding->message);
    const char *merge = pgs_part_label(sink->history, path->merge);
    const char *parent = pgs_part_label(sink->history, path->parent);
    finding->message = part == &path->down
                           ? g_strdup_printf("on the way back to %s: %s", parent, message)
                           : g_strdup_printf("on the second way up to %s: %s", merge, message);
}

static void
add_path(const PgsSink *sink, const PgsPath *path)
{
    const PgsRevision *merge = g_ptr_array_index(sink->history->revisions, (guint)path->merge);
    const PgsPartWords *words;
    const PgsPart *part = part_that_counts(path, &words);
    PgsFinding *finding =
        pgs_part_finding(sink, "graph.path", merge->label, make_title(sink, path), part, words);
    if (finding->status == PGS_STATUS_FAILED) {
        name_leg(sink, finding, path, part);
        if (finding->file == NULL && merge->up != NULL)
            finding->file = g_strdup(merge->up->path);
        if (finding->hint == NULL)
            finding->hint = g_strdup("in the list's order it succeeds: it needs a revision that is "
                                     "none of its ancestors; name that in depends_on");
    }
    pgs_sink_add(sink, finding);
}

void
pgs_findings_add_paths(const PgsSink *sink, const PgsPaths *paths)
{
    for (guint i = 0; i < paths->paths->len; i++)
        add_path(sink, &g_array_index(paths->paths, PgsPath, i));
    if (paths->n_left_out == 0)
        return;
    g_autofree char *count = pgs_text_count(paths->n_left_out, "more way", NULL);
    pgs_sink_add_skipped(sink, "graph.path", count, "there are too many merges to walk them all");
}
