/*
 * Preloaded into congchao-gate by shortidle.py: the rules that it puts into the kernel
 * forget who was active twenty times as fast as the configuration says, so that the least
 * idle_after, a minute, is three seconds. Nothing else is changed.
 */
#define _GNU_SOURCE
#include <stdio.h> /* libnftnl needs it and does not say so */

#include <dlfcn.h>
#include <libnftnl/expr.h>
#include <stdint.h>

enum { FASTER = 20 };

void nftnl_expr_set_u64(struct nftnl_expr *expr, uint16_t type, uint64_t data)
{
	static void (*real)(struct nftnl_expr *, uint16_t, uint64_t);

	if (real == NULL)
		real = (void (*)(struct nftnl_expr *, uint16_t, uint64_t))(uintptr_t)dlsym(
		    RTLD_NEXT, "nftnl_expr_set_u64");
	real(expr, type, type == NFTNL_EXPR_DYNSET_TIMEOUT ? data / FASTER : data);
}
