#include "base/text.h"
#include "ledger/unfinished.h"

#include <string.h>

/* What is unfinished, and what a person must do, in words. */

char *
pgs_unfinished_title(const PgsUnfinished *unfinished)
{
    g_autofree char *label = pgs_text_plain(unfinished->label);
    const char *direction = unfinished->up ? "upgrade" : "downgrade";
    if (!unfinished->of_books)
        return g_strdup_printf("the %s of %s was begun and never came to its end", direction,
                               label);
    if (unfinished->other == NULL)
        return g_strdup_printf("the books mark %s as dirty: its %s was begun and did not succeed",
                               label, direction);
    g_autofree char *other = pgs_text_plain(unfinished->other_label);
    return g_strdup_printf("the books mark %s as dirty: its upgrade, or the downgrade of %s, was "
                           "begun and did not succeed",
                           label, other);
}

static void
say_who(GString *text, const PgsUnfinished *unfinished)
{
    g_autofree char *who = pgs_text_plain(unfinished->who);
    g_string_append_printf(text, "its %s was begun", unfinished->up ? "upgrade" : "downgrade");
    if (*unfinished->started_at != '\0')
        g_string_append_printf(text, " at %s", unfinished->started_at);
    if (*who != '\0')
        g_string_append_printf(text, " by %s", who);
}

static void
say_statement(GString *text, const PgsUnfinished *unfinished)
{
    g_autofree char *path = pgs_text_plain(unfinished->path);
    if (unfinished->statement == 0 && *path == '\0')
        g_string_append(text, "; how far it came, only the database itself tells");
    else if (unfinished->statement == 0)
        g_string_append_printf(text, " (%s); how far it came, only the database itself tells",
                               path);
    else if (unfinished->n_statements == 1)
        g_string_append_printf(text,
                               ": whether its one statement (%s:%u) is in effect, only the "
                               "database itself tells",
                               path, unfinished->line);
    else
        g_string_append_printf(
            text, ": statement %u of %u (%s:%u) was the last that was begun; %s",
            unfinished->statement, unfinished->n_statements, path, unfinished->line,
            unfinished->statement > 1 ? "those before it are in effect, those behind it are not"
                                      : "those behind it are not in effect");
}

static void
say_how_far(GString *text, const PgsUnfinished *unfinished)
{
    if (unfinished->other != NULL) {
        g_autofree char *label = pgs_text_plain(unfinished->label);
        g_autofree char *other = pgs_text_plain(unfinished->other_label);
        g_string_append_printf(text,
                               "The books have the same line for the upgrade of %s and the "
                               "downgrade of %s; which of them was begun, and how far it came, "
                               "only the database itself tells\n",
                               label, other);
        return;
    }
    say_who(text, unfinished);
    say_statement(text, unfinished);
    g_string_append_c(text, '\n');
}

static void
say_leftovers(GString *text, const PgsUnfinished *unfinished)
{
    if (unfinished->leftovers->len == 0)
        return;
    g_string_append(text, "In the database there is now, unfinished:\n");
    for (guint i = 0; i < unfinished->leftovers->len; i++) {
        g_autofree char *left = pgs_text_plain(g_ptr_array_index(unfinished->leftovers, i));
        g_autofree char *remedy = pgs_text_plain(g_ptr_array_index(unfinished->remedies, i));
        g_string_append_printf(text, "  %s; this takes it away:\n    %s\n", left, remedy);
    }
}

/* As a shell takes it; g_free(). */
static char *
argument(const char *id)
{
    gboolean is_plain = strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz"
                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.-") == strlen(id);
    return is_plain ? g_strdup(id) : g_shell_quote(id);
}

static void
say_ends(GString *text, const PgsUnfinished *unfinished)
{
    g_autofree char *name = argument(unfinished->revision);
    g_autofree char *label = pgs_text_plain(unfinished->label);
    if (unfinished->other == NULL) {
        g_string_append_printf(
            text,
            "Look at the database, and bring it to one of two ends by hand:\n"
            "  nothing of %s is there (take away what is): pgstair migrate resolve %s pending\n"
            "  all of %s is there (add what is missing): pgstair migrate resolve %s applied\n",
            label, name, label, name);
        return;
    }
    g_autofree char *other = argument(unfinished->other);
    g_autofree char *other_label = pgs_text_plain(unfinished->other_label);
    g_string_append_printf(
        text,
        "Look at the database, and bring it to one of three ends by hand:\n"
        "  nothing of %s is there: pgstair migrate resolve %s pending\n"
        "  all of %s is there, nothing of %s: pgstair migrate resolve %s applied\n"
        "  all of %s is there, and all of %s: pgstair migrate resolve %s applied\n",
        label, name, label, other_label, name, label, other_label, other);
}

char *
pgs_unfinished_advice(const PgsUnfinished *unfinished)
{
    GString *text = g_string_new(NULL);
    if (unfinished->of_books && *unfinished->path == '\0') {
        g_string_append(text, "the folder has no file of that version: is it the folder of this "
                              "database?  The one that has it can settle it");
        if (unfinished->anywhere)
            g_string_append(text, ".  Or, when you know at which revision of this folder the "
                                  "database stands: pgstair migrate resolve REV applied");
        return g_string_free(text, FALSE);
    }
    say_how_far(text, unfinished);
    say_leftovers(text, unfinished);
    say_ends(text, unfinished);
    g_string_append(text, "Then run it again.");
    return g_string_free(text, FALSE);
}
