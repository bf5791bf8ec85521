#ifndef PGS_CONFIG_PLACE_H
#define PGS_CONFIG_PLACE_H

#include <glib.h>

/* Where something stands in a file, for messages and findings. */
typedef struct {
    const char *file;   /* interned, as the user named it; NULL: it comes from no file */
    guint line, column; /* from 1; columns count characters */
} PgsPlace;

#endif
