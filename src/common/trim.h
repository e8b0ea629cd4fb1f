/* Memory that only the start needed, given back: a router has little of it. */
#ifndef COMMON_TRIM_H
#define COMMON_TRIM_H

/* Call first thing in main: large tables get pages of their own, touched only when used. */
void trim_begin(void);
/*
 * Call when the start is over, or something as large. Frees what the heap does not use, and lets go of the pages
 * of programs and libraries that were read to load and link them; what is needed again
 * comes back from the file by itself.
 */
void trim_start(void);

#endif
