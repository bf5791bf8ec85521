#include "base/embedded.h"

#include <string.h>

const char *
pgs_embedded_find(const PgsEmbedded *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(table->name, name) == 0)
            return table->text;
    }
    return NULL;
}
