#ifndef PGS_SERVICE_POOL_MEMORY_H
#define PGS_SERVICE_POOL_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Memory for the pool, the sessions and the problems, which do without GLib: thread sanitizers do
 * not know its locks.  All of it is freed with free(); when there is none left, the process ends,
 * as GLib's does.
 */
void *pgs_memory_new(size_t n, size_t size); /* zeroed */
char *pgs_memory_copy(const char *text);     /* NULL: NULL */
char *pgs_memory_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *pgs_memory_vformat(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

#endif
