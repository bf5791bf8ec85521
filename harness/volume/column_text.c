#include "volume/column_series.h"
#include "volume/column_spread.h"

#include <string.h>

enum {
    DIGITS = 10, /* of a value's number, at the most that a length is chosen for */
};

/* What texts of columns with such a name look like.  A name colours, it decides nothing. */
typedef struct {
    const char *words; /* that the column's name is made of, with blanks; NULL: any */
    const char *sql;   /* pgs_spread_expand(); the value's number has to be in it */
    guint length;      /* of the longest, without the number */
} Look;

static const Look looks[] = {
    {" email mail ", "'user' || $t || '@example.com'", 16},
    {" url uri link website homepage href ", "'https://www.example.com/' || $w || '/' || $t", 33},
    {" hash digest checksum sha256 fingerprint ",
     "$x || $y || $x || pg_catalog.lpad(pg_catalog.to_hex($k), 16, '0')", 54},
    {" token secret nonce ", "$x || $t", 16},
    {" path file filename filepath key ", "$w || '/' || $t || '.dat'", 13},
    {" slug handle username login nick nickname ", "$w || '-' || $t", 8},
    {" phone mobile fax ", "'+4930' || pg_catalog.lpad($t, 8, '0')", 15},
    {" description body content text comment notes note summary message bio abstract details"
     " reason ",
     "pg_catalog.initcap($w) || ' and ' || $v || ' by the ' || $w || ', as the ' || $v || ' said in"
     " no. ' || $t",
     75},
    {" name title label subject fullname surname firstname lastname headline ",
     "pg_catalog.initcap($w) || ' ' || pg_catalog.initcap($v) || ' ' || $t", 17},
    {NULL, "$w || ' ' || $t", 8},
};

static const char *
find_look(const PgsSpread *spread, guint length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++) {
        gboolean is_long = length > 0 && length < looks[i].length + DIGITS;
        if (looks[i].words == NULL)
            return is_long ? NULL : looks[i].sql;
        if (!is_long && pgs_spread_name_has(spread->name, looks[i].words))
            return looks[i].sql;
    }
    return NULL;
}

gboolean
pgs_spread_text(const PgsSpread *spread, guint length, PgsSpreadValue *value)
{
    const char *look = find_look(spread, length);
    value->limit = G_MAXINT64;
    if (look != NULL) {
        value->sql = pgs_spread_expand(spread, look);
        return TRUE;
    }
    /* Short ones: as many letters as there is room for. */
    g_autofree char *stem = g_strnfill(MIN(length, 6), 'a');
    value->sql = pgs_turn_sql(stem, 0, PGS_TURN_ALL, spread->value, &value->limit);
    return value->sql != NULL;
}
