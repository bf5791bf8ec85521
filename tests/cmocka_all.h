#ifndef PGS_TESTS_CMOCKA_ALL_H
#define PGS_TESTS_CMOCKA_ALL_H

/* cmocka wants these four in front of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
