#ifndef PGS_CHECK_CHECKS_H
#define PGS_CHECK_CHECKS_H

#include "check/check.h"

/* The table's parts, each in its checks_<part>.c and ended by a row whose id is NULL. */

extern const PgsCheck pgs_checks_folder[];     /* folder: before anything runs */
extern const PgsCheck pgs_checks_climb[];      /* run, cycle, stairway */
extern const PgsCheck pgs_checks_expect[];     /* expect */
extern const PgsCheck pgs_checks_data[];       /* data */
extern const PgsCheck pgs_checks_exercise[];   /* exercise: rules on made-up rows */
extern const PgsCheck pgs_checks_plan[];       /* plan: indexes that serve */
extern const PgsCheck pgs_checks_drift[];      /* drift */
extern const PgsCheck pgs_checks_redundancy[]; /* redundancy */
extern const PgsCheck pgs_checks_servers[];    /* servers: how several differ */
extern const PgsCheck pgs_checks_suite[];      /* suite: what the C library's assertions say */
extern const PgsCheck pgs_checks_project[];    /* accept, coverage, requirement */

#endif
