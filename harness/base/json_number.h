#ifndef PGS_BASE_JSON_NUMBER_H
#define PGS_BASE_JSON_NUMBER_H

/*
 * JSON whose fractions are written with as few digits as tell them apart: json-glib writes 17
 * (0.029000000000000001).  g_free().
 */
char *pgs_json_shorten(const char *json);

#endif
