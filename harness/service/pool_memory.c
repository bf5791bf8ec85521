#include "service/pool_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
or_end(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

void *
pgs_memory_new(size_t n, size_t size)
{
    return or_end(calloc(n > 0 ? n : 1, size));
}

char *
pgs_memory_copy(const char *text)
{
    return text != NULL ? or_end(strdup(text)) : NULL;
}

char *
pgs_memory_vformat(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    return text;
}

char *
pgs_memory_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = pgs_memory_vformat(format, arguments);
    va_end(arguments);
    return text;
}
