#include "supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ASK_MS = 500,   /* for a process to end by itself */
    FORCE_MS = 1000 /* for the kernel to end it */
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
    if (item->lock_fd >= 0)
        close(item->lock_fd);
    free(item->path);
    free(item);
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

static bool
all_ended(const PgsSupervisor *supervisor)
{
    for (const PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->ending && item->kind->has_ended != NULL && !item->kind->has_ended(item))
            return false;
    }
    return true;
}

static void
wait_for_all(PgsSupervisor *supervisor, int milliseconds)
{
    long long until = pgs_clock_ms() + milliseconds;
    while (!all_ended(supervisor)) {
        long long left = until - pgs_clock_ms();
        if (left <= 0)
            return;
        pgs_children_wait(supervisor, (int)left);
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
    wait_for_all(supervisor, ASK_MS);
    for (PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->ending && item->kind->force != NULL && !item->kind->has_ended(item))
            item->kind->force(item);
    }
    wait_for_all(supervisor, FORCE_MS);
    pgs_children_end_adopted(supervisor, FORCE_MS);

    char *left = NULL;
    int reason = 0;
    for (PgsItem **link = &supervisor->items; *link != NULL;) {
        PgsItem *item = *link;
        if (!item->ending) {
            link = &item->next;
            continue;
        }
        if (item->kind->finish != NULL && !item->kind->finish(item) && left == NULL) {
            reason = errno;
            left = strdup(item->path);
        }
        *link = item->next;
        item_free(item);
    }
    errno = reason;
    return left;
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
        if (item->scope == scope && item->pid != 0 && item->running)
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
