#include "supervisor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FORCE_MS = 1000, /* for the kernel to end a process */
};

PgsItem *
pgs_item_add(PgsSupervisor *supervisor, const PgsItemKind *kind, unsigned long scope,
             const char *path)
{
    PgsItem *item = calloc(1, sizeof *item);
    char *copy = strdup(path);
    if (item == NULL || copy == NULL) {
        free(item);
        free(copy);
        return NULL;
    }
    item->kind = kind;
    item->scope = scope;
    item->path = copy;
    item->lock_fd = -1;
    item->next = supervisor->items;
    supervisor->items = item;
    return item;
}

static void
item_free(PgsItem *item)
{
    if (item->kind->release != NULL)
        item->kind->release(item);
    if (item->lock_fd >= 0)
        close(item->lock_fd);
    free(item->path);
    free(item);
}

void
pgs_item_drop(PgsSupervisor *supervisor, PgsItem *item)
{
    PgsItem **link = &supervisor->items;
    while (*link != item)
        link = &(*link)->next;
    *link = item->next;
    item_free(item);
}

void
pgs_strings_free(char **strings)
{
    for (char **string = strings; string != NULL && *string != NULL; string++)
        free(*string);
    free(strings);
}

void
pgs_wipe(char *text)
{
    for (volatile char *at = text; *at != '\0'; at++)
        *at = '\0';
}

static bool
choose(PgsSupervisor *supervisor, PgsItemChoice choice, unsigned long scope)
{
    bool any = false;
    for (PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        item->ending = choice == PGS_ITEMS_ALL || (choice == PGS_ITEMS_UNKEPT && !item->kept) ||
                       (choice == PGS_ITEMS_SCOPE && item->scope == scope);
        any = any || item->ending;
    }
    return any;
}

/*
 * How long the item may still take; none once it has ended, or has not done so even when forced to.
 * Forces it when its time is over.
 */
static long long
time_left(PgsItem *item, long long elapsed)
{
    const PgsItemKind *kind = item->kind;
    if (!item->ending || kind->has_ended == NULL)
        return 0;
    if (kind->has_ended(item) && (kind->repeat == NULL || !kind->repeat(item)))
        return 0;
    if (!item->is_forced && elapsed >= kind->patience_ms) {
        item->is_forced = true;
        kind->force(item);
    }
    return kind->patience_ms + (item->is_forced ? FORCE_MS : 0) - elapsed;
}

static void
wait_for_all(PgsSupervisor *supervisor)
{
    long long begun = pgs_clock_ms();
    for (;;) {
        long long elapsed = pgs_clock_ms() - begun, next = 0;
        for (PgsItem *item = supervisor->items; item != NULL; item = item->next) {
            long long left = time_left(item, elapsed);
            if (left > 0 && (next == 0 || left < next))
                next = left;
        }
        if (next == 0)
            return;
        pgs_children_wait(supervisor, (int)next);
    }
}

char *
pgs_items_end(PgsSupervisor *supervisor, PgsItemChoice choice, unsigned long scope)
{
    if (!choose(supervisor, choice, scope))
        return NULL;
    for (PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->ending && item->kind->begin != NULL)
            item->kind->begin(item);
    }
    wait_for_all(supervisor);
    pgs_children_end_adopted(supervisor, FORCE_MS);

    char *wrong = NULL;
    for (PgsItem **link = &supervisor->items; *link != NULL;) {
        PgsItem *item = *link;
        if (!item->ending) {
            link = &item->next;
            continue;
        }
        char *text = item->kind->finish != NULL ? item->kind->finish(item) : NULL;
        if (wrong == NULL)
            wrong = text;
        else
            free(text);
        *link = item->next;
        item_free(item);
    }
    return wrong;
}

bool
pgs_items_keep(PgsSupervisor *supervisor, unsigned long scope)
{
    bool any = false;
    for (PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->scope == scope)
            item->kept = any = true;
    }
    return any;
}

static bool
is_idle(const PgsSupervisor *supervisor, unsigned long scope)
{
    for (const PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->scope == scope && item->kind == &pgs_process_kind && item->running)
            return false;
    }
    return true;
}

void
pgs_items_end_idle(PgsSupervisor *supervisor)
{
    PgsItem *item = supervisor->items;
    while (item != NULL) {
        if (item->kept && is_idle(supervisor, item->scope)) {
            free(pgs_items_end(supervisor, PGS_ITEMS_SCOPE, item->scope));
            item = supervisor->items; /* the list has changed */
        } else {
            item = item->next;
        }
    }
}
