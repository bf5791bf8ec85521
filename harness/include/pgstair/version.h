#ifndef PGSTAIR_VERSION_H
#define PGSTAIR_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library at run time: "0.1.0".  Static; never NULL. */
const char *pgs_version(void);

#ifdef __cplusplus
}
#endif

#endif
