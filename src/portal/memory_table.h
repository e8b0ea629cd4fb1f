/*
 * Records by pseudonym: a table of fixed size whose pages stay untouched until they are
 * used. For memory.c; it does not know whose a pseudonym is.
 */
#ifndef PORTAL_MEMORY_TABLE_H
#define PORTAL_MEMORY_TABLE_H

#include "portal/memory.h"

struct memory_table;

/* Room for max records, at least 1; NULL with errno when memory is out. */
struct memory_table *memory_table_open(uint32_t max);
void memory_table_close(struct memory_table *table); /* accepts NULL */

/*
 * Adds what was learned on a day to the record, which becomes the newest; one that was
 * not there begins, and in a full table the oldest makes room. born: of the key; a day
 * before it, or the same day and objective again, changes nothing but the order.
 */
void memory_table_add(struct memory_table *table, const struct store_review *review);
/* Copies what is there to record; false: nothing. */
bool memory_table_find(const struct memory_table *table, const uint8_t pseudonym[STORE_PSEUDONYM],
		       struct memory_record *record);
/* Drops the records under keys that were born on or before last, or after today. */
void memory_table_forget(struct memory_table *table, int32_t last, int32_t today);
uint32_t memory_table_count(const struct memory_table *table);

#endif
