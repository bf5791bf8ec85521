#ifndef PGS_BASE_EMBEDDED_H
#define PGS_BASE_EMBEDDED_H

/* A file that the build put into the program (cmake/PgsEmbed.cmake). */
typedef struct {
    const char *name; /* without folders: "table.sql" */
    const char *text; /* NUL-terminated */
} PgsEmbedded;

/* The text of the file with that name in a table ended by a row whose name is NULL; NULL: none. */
const char *pgs_embedded_find(const PgsEmbedded *table, const char *name);

#endif
