#include "cli/server_list.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "server/leftover.h"
#include "server/server.h"
#include "server/spec.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    N_COLUMNS = 4,
    GAP = 2,    /* between columns */
    INDENT = 2, /* before the first */
};

static const char *const titles[N_COLUMNS] = {"STATE", "SINCE", "BY", "NAME"};

/* ------------------------------------------------------------------------------------ to look --
 */

/* Adds what is found, but for places that are there already: docker:13 and docker:15 are one. */
static void
add_places(GPtrArray *places, GPtrArray *found)
{
    while (found->len > 0) {
        PgsLeftovers *place = g_ptr_array_index(found, 0);
        gboolean known = FALSE;
        for (guint i = 0; i < places->len && !known; i++)
            known = strcmp(pgs_leftovers_title(g_ptr_array_index(places, i)),
                           pgs_leftovers_title(place)) == 0;
        if (known)
            g_ptr_array_remove_index(found, 0);
        else
            g_ptr_array_add(places, g_ptr_array_steal_index(found, 0));
    }
}

/* Elements are PgsLeftovers; NULL with error. */
static GPtrArray *
look(const PgsSettings *settings, GError **error)
{
    if (settings->server == NULL)
        return pgs_leftovers_find(NULL, error);
    g_autoptr(GPtrArray) specs =
        pgs_server_spec_expand((const char *const *)settings->server, error);
    GPtrArray *places = NULL;
    for (guint i = 0; specs != NULL && i < specs->len; i++) {
        const PgsServerSpec *spec = g_ptr_array_index(specs, i);
        g_autoptr(GPtrArray) found = pgs_leftovers_find(spec->spec, error);
        if (found == NULL) {
            g_clear_pointer(&places, g_ptr_array_unref);
            return NULL;
        }
        if (places == NULL)
            places = g_steal_pointer(&found);
        else
            add_places(places, found);
    }
    return places;
}

/* ------------------------------------------------------------------------------------ to list --
 */

/* Text from outside, made visible; g_free(). */
static char *
cell(const PgsLeftover *item, guint column)
{
    const char *const cells[N_COLUMNS] = {pgs_leftover_state_text(item->state), item->since,
                                          item->by, item->name};
    return pgs_text_visible(cells[column], -1);
}

static guint
length(const char *text)
{
    return (guint)g_utf8_strlen(text, -1);
}

static void
measure(const GPtrArray *items, guint widths[N_COLUMNS])
{
    for (guint column = 0; column < N_COLUMNS; column++) {
        widths[column] = length(titles[column]);
        for (guint i = 0; i < items->len; i++) {
            g_autofree char *text = cell(g_ptr_array_index(items, i), column);
            widths[column] = MAX(widths[column], length(text));
        }
    }
}

static void
put_cell(GString *line, const char *text, guint width)
{
    g_string_append_printf(line, "%s%*s", text, (int)(width - length(text) + GAP), "");
}

/* One row; the name, where it does not fit, stands on a line of its own above. */
static void
print_row(const char *const cells[N_COLUMNS], const guint widths[N_COLUMNS], gboolean is_narrow)
{
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "%*s", INDENT, "");
    if (is_narrow)
        g_string_append_printf(line, "%s\n%*s", cells[N_COLUMNS - 1], 2 * INDENT, "");
    for (guint column = 0; column + 1 < N_COLUMNS; column++)
        put_cell(line, cells[column], widths[column]);
    if (!is_narrow)
        g_string_append(line, cells[N_COLUMNS - 1]);
    g_strchomp(line->str);
    puts(line->str);
}

static void
print_note(const PgsLeftover *item, gboolean is_narrow)
{
    g_autofree char *note = item->note != NULL ? pgs_text_visible(item->note, -1) : NULL;
    if (note != NULL)
        printf("%*s(%s)\n", (is_narrow ? 2 : 1) * INDENT + INDENT, "", note);
}

static void
print_place(const PgsLeftovers *place, guint width)
{
    const GPtrArray *items = pgs_leftovers_items(place);
    const char *complaint = pgs_leftovers_complaint(place);
    guint widths[N_COLUMNS];
    g_autofree char *title = pgs_text_visible(pgs_leftovers_title(place), -1);
    if (complaint != NULL) {
        printf("%s: %s\n", title, complaint);
        return;
    }
    printf("%s%s\n", title, items->len == 0 ? ": nothing" : "");
    if (items->len == 0)
        return;
    measure(items, widths);
    guint whole = INDENT + widths[0] + widths[1] + widths[2] + widths[3] + (N_COLUMNS - 1) * GAP;
    gboolean is_narrow = whole > width;
    if (!is_narrow)
        print_row(titles, widths, FALSE);
    for (guint i = 0; i < items->len; i++) {
        const PgsLeftover *item = g_ptr_array_index(items, i);
        char *cells[N_COLUMNS];
        for (guint column = 0; column < N_COLUMNS; column++)
            cells[column] = cell(item, column);
        print_row((const char *const *)cells, widths, is_narrow);
        print_note(item, is_narrow);
        for (guint column = 0; column < N_COLUMNS; column++)
            g_free(cells[column]);
    }
}

int
pgs_server_list(const PgsSettings *settings, GError **error)
{
    if (settings->arguments[1] != NULL) {
        pgs_error_set(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE,
                      "pgstair server list --server SPEC looks at one server",
                      "\"pgstair server list\" takes no name");
        return PGS_EXIT_USAGE;
    }
    g_autoptr(GPtrArray) places = look(settings, error);
    if (places == NULL)
        return PGS_EXIT_ENVIRONMENT;
    for (guint i = 0; i < places->len; i++)
        print_place(g_ptr_array_index(places, i), pgs_terminal_width(STDOUT_FILENO));
    return PGS_EXIT_VERIFIED;
}

/* ----------------------------------------------------------------------------------- to sweep --
 */

typedef struct {
    const PgsSettings *settings;
    char *const *names;  /* of what is to go; empty: whatever is left behind */
    gboolean *was_found; /* one for each name */
    guint n_removed;
    guint n_failed;
} Sweep;

/* By its name, or its run's. */
static gboolean
is_named(Sweep *sweep, const PgsLeftover *item)
{
    gboolean named = FALSE;
    for (guint i = 0; sweep->names[i] != NULL; i++) {
        if (strcmp(sweep->names[i], item->name) != 0 && g_strcmp0(sweep->names[i], item->run) != 0)
            continue;
        sweep->was_found[i] = TRUE;
        named = TRUE;
    }
    return named;
}

/* Why it stays though nobody knows that it is needed; NULL: there is nothing to say. */
static const char *
find_reason(const Sweep *sweep, const PgsLeftover *item)
{
    if (item->state == PGS_LEFTOVER_UNKNOWN)
        return "whether its run lives cannot be told from here: name it to have it removed";
    if (item->state == PGS_LEFTOVER_LEFT && item->is_barred)
        return item->note;
    if (item->state == PGS_LEFTOVER_KEPT && !sweep->settings->kept)
        return "kept: name it, or give --kept, to have it removed";
    return NULL;
}

static void
remove_item(Sweep *sweep, PgsLeftovers *place, const PgsLeftover *item)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = pgs_text_visible(item->name, -1);
    if (!pgs_leftovers_remove(place, item, &error)) {
        g_autofree char *text = pgs_text_visible(error->message, -1);
        fprintf(stderr, "pgstair: %s stays: %s\n", name, text);
        sweep->n_failed++;
        return;
    }
    sweep->n_removed++;
    if (!sweep->settings->quiet)
        printf("removed  %s\n", name);
}

static void
sweep_place(Sweep *sweep, PgsLeftovers *place)
{
    const GPtrArray *items = pgs_leftovers_items(place);
    for (guint i = 0; i < items->len; i++) {
        const PgsLeftover *item = g_ptr_array_index(items, i);
        if (sweep->names[0] != NULL) {
            if (is_named(sweep, item))
                remove_item(sweep, place, item);
            continue;
        }
        const char *reason = find_reason(sweep, item);
        if (reason != NULL && !sweep->settings->quiet) {
            g_autofree char *name = pgs_text_visible(item->name, -1);
            printf("stays    %s (%s)\n", name, reason);
        }
        if (reason == NULL &&
            (item->state == PGS_LEFTOVER_LEFT || item->state == PGS_LEFTOVER_KEPT))
            remove_item(sweep, place, item);
    }
    const char *complaint = pgs_leftovers_complaint(place);
    if (complaint != NULL)
        fprintf(stderr, "pgstair: %s: %s\n", pgs_leftovers_title(place), complaint);
}

static gboolean
check_names(const Sweep *sweep, GError **error)
{
    for (guint i = 0; sweep->names[i] != NULL; i++) {
        if (sweep->was_found[i])
            continue;
        g_autofree char *name = pgs_text_visible(sweep->names[i], -1);
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND,
                      "\"pgstair server list\" says what there is; databases need --server",
                      "there is nothing of pgstair's by the name of \"%s\"", name);
        return FALSE;
    }
    return TRUE;
}

int
pgs_server_sweep(const PgsSettings *settings, GError **error)
{
    g_autoptr(GPtrArray) places = look(settings, error);
    if (places == NULL)
        return PGS_EXIT_ENVIRONMENT;
    Sweep sweep = {.settings = settings, .names = settings->arguments + 1};
    g_autofree gboolean *was_found = g_new0(gboolean, g_strv_length(settings->arguments));
    sweep.was_found = was_found;
    for (guint i = 0; i < places->len; i++)
        sweep_place(&sweep, g_ptr_array_index(places, i));
    if (!check_names(&sweep, error) || sweep.n_failed > 0)
        return PGS_EXIT_ENVIRONMENT;
    if (sweep.n_removed == 0 && !settings->quiet)
        puts("nothing is left behind");
    return PGS_EXIT_VERIFIED;
}
