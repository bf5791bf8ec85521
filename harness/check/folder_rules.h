#ifndef PGS_CHECK_FOLDER_RULES_H
#define PGS_CHECK_FOLDER_RULES_H

#include "record/record.h"

/* What each tool does where a folder's order and history matter. */
typedef struct {
    const char *format;
    gboolean by_name; /* it sorts versions as texts, not as numbers */
    gboolean by_plan; /* its order is written down: in a plan, a changelog, what depends on what */
    PgsStatus late;   /* what a version is that comes below one that is merged */
    const char *late_why; /* what the tool does with it */
    const char *checksum; /* what it says of a file that was changed since; NULL: it does not see */
    const char *renamed;  /* what it does with a known version under another name; NULL: it goes by
                             the version alone */
} PgsFolderRule;

/* Never NULL: for a format that is not in the table, what is sure of none. */
const PgsFolderRule *pgs_folder_rule(const char *format);

#endif
