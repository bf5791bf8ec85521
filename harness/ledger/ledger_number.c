#include "ledger/ledger_number.h"

#include "ledger/ledger_rows.h"

#include <string.h>

char *
pgs_ledger_number(const char *digits)
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
    return pgs_ledger_number(pgs_ledger_revision(ledger, revision)->id);
}

gint
pgs_ledger_find_number(const PgsLedger *ledger, const char *version, G_GNUC_UNUSED const char *name)
{
    g_autofree char *number = pgs_ledger_number(version);
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
    g_autofree char *number = pgs_ledger_number(version);
    for (guint i = 0; i < ledger->history->revisions->len; i++) {
        g_autofree char *other = pgs_ledger_number_of(ledger, (gint)i);
        n += pgs_ledger_compare_numbers(other, number) < 0 ? 1 : 0;
    }
    return n;
}

guint32
pgs_ledger_crc32(const char *bytes, gsize length)
{
    const guint32 polynomial = 0xEDB88320;
    guint32 crc = 0xFFFFFFFF;
    for (gsize i = 0; i < length; i++) {
        crc ^= (guint8)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? polynomial : 0);
    }
    return ~crc;
}
