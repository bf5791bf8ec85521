#ifndef PGS_LEDGER_FLYWAY_SUM_H
#define PGS_LEDGER_FLYWAY_SUM_H

#include <glib.h>

/* Flyway's ChecksumCalculator.java, of a text in UTF-8: CRC-32 over its lines without their ends,
 * as Java's BufferedReader has them, without a byte order mark. */
gint32 pgs_flyway_checksum(const char *text, gsize length);

/* Java's String.hashCode(), of UTF-16 units. */
gint32 pgs_flyway_hash_code(const char *text);

#endif
