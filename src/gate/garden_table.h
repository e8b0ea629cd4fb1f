/*
 * The table inet congchao_garden: which packets of a served interface go to where a held
 * device may go, told to the other table by a bit of the packet's mark. Nobody owns it, so
 * that dnsmasq's nftset= can fill the sets `allowed4` and `allowed6`, too.
 */
#ifndef GATE_GARDEN_TABLE_H
#define GATE_GARDEN_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"
#include "gate/neigh.h"
#include "gate/nl.h"

#define GARDEN_TABLE "congchao_garden"

enum {
	GARDEN_MARK = 0x00100000,
	GARDEN_SET_MAX = 8192, /* elements, whoever adds them */
};

/* ALLOWED: from names; PROBE: hosts by which devices find out that they are held, never
 * open. FIXED: from the configuration, no element of it changes. */
enum garden_set { GARDEN_ALLOWED, GARDEN_PROBE, GARDEN_FIXED, GARDEN_SET__MAX };

const char *garden_set_name(enum garden_set set, uint8_t family);

/* An element to be put, or put anew: its time begins again. */
struct garden_element {
	struct neigh_address address;
	uint64_t timeout_ms;
};

/*
 * Puts the table in place. One that stands keeps the elements of `allowed` and `probe`; all
 * else is made anew. established_first: the rules need not look at packets of open
 * connections. 0, or -1 with errno.
 */
int garden_table_install(const struct conf *conf, bool established_first, struct nl *nl);
/* 0, or -1 with errno: ENOENT when there is none. */
int garden_table_remove(struct nl *nl);

/* At most TABLE_ELEMENTS_MAX, of either family. 0, or -1 with errno: ENFILE, it is full. */
int garden_table_renew(enum garden_set set, const struct garden_element *elements, size_t count,
		       struct nl *nl);
/* Asks the kernel: is the address in that set now? */
bool garden_table_has(enum garden_set set, const struct neigh_address *address, struct nl *nl);

#endif
