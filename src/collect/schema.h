/* schema/ in one text, as the Makefile puts it together; ends with a NUL. */
#ifndef COLLECT_SCHEMA_H
#define COLLECT_SCHEMA_H

extern const char schema_sql[];

#endif
