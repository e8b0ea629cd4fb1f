/* What the dashboard has done and refused, since the start. */
#include "collect/web.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const names[WEB_COUNT__MAX] = {
    [WEB_COUNT_PAGE] = "page",
    [WEB_COUNT_LOGIN] = "login",
    [WEB_COUNT_LOGIN_FAILED] = "login_failed",
    [WEB_COUNT_LIMITED] = "limited",
    [WEB_COUNT_FORGED] = "forged",
    [WEB_COUNT_FORBIDDEN] = "forbidden",
    [WEB_COUNT_ACTION] = "action",
};

static uint64_t counts[WEB_COUNT__MAX];

void web_count(enum web_count what)
{
	counts[what]++;
}

void web_count_write(FILE *out)
{
	fputs("# HELP congchao_web_total What the dashboard has answered and refused.\n"
	      "# TYPE congchao_web_total counter\n",
	      out);
	for (int i = 0; i < WEB_COUNT__MAX; i++)
		fprintf(out, "congchao_web_total{result=\"%s\"} %" PRIu64 "\n", names[i],
			counts[i]);
}
