#include "ledger/ledger_number.h"

#include "ledger/ledger_rows.h"

#include <string.h>

/* digits without sign + and leading zeros, as SQL writes the number; g_free(). */
static char *
number_of_digits(const char *digits)
{
    gboolean negative = *digits == '-';
    digits += *digits == '-' || *digits == '+';
    gsize zeros = strspn(digits, "0");
    const char *bare = digits[zeros] == '\0' && zeros > 0 ? "0" : digits + zeros;
    return g_strconcat(negative && strcmp(bare, "0") != 0 ? "-" : "", bare, NULL);
}

char *
pgs_ledger_number_of(const PgsLedger *ledger, gint revision)
{
    return number_of_digits(pgs_ledger_revision(ledger, revision)->id);
}

gint
pgs_ledger_find_number(const PgsLedger *ledger, const char *version)
{
    g_autofree char *number = number_of_digits(version);
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        g_autofree char *other = pgs_ledger_number_of(ledger, (gint)i);
        if (strcmp(number, other) == 0)
            return (gint)i;
    }
    return -1;
}

gint
pgs_ledger_compare_numbers(const char *a, const char *b)
{
    gboolean a_negative = *a == '-';
    gboolean b_negative = *b == '-';
    if (a_negative != b_negative)
        return a_negative ? -1 : 1;
    gsize a_length = strlen(a);
    gsize b_length = strlen(b);
    gint order = a_length != b_length ? (a_length < b_length ? -1 : 1) : strcmp(a, b);
    return a_negative ? -order : order;
}

gint
pgs_ledger_count_numbers(const PgsLedger *ledger, const char *version)
{
    gint n = 0;
    g_autofree char *number = number_of_digits(version);
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        g_autofree char *other = pgs_ledger_number_of(ledger, (gint)i);
        n += pgs_ledger_compare_numbers(other, number) < 0 ? 1 : 0;
    }
    return n;
}
