#include "base/error.h"

void
pgs_error_set(GError **error, GQuark domain, int code, const char *hint, const char *format, ...)
{
    if (error == NULL)
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    if (hint != NULL)
        g_set_error(error, domain, code, "%s\nHINT: %s", message, hint);
    else
        g_set_error_literal(error, domain, code, message);
}
